(* First and second derivatives of losses of networks of any depth ("Derivatives" (a) of docs/theorems; kernel: differentiate in network.py).

   Modelling: a jet is a value with the entries of a gradient and of a Hessian; None stands for an entry that is 0 for structural reasons, so that
   for a concrete network and concrete indices the entries compute (tactic compute_jets) to short explicit formulas. A quantity is a function from
   parameter vectors to jets. "derived q p" says that the entries of q are right at p: along every line through p the value has the derivative
   gradient . d, that has the derivative of the quadratic form of the Hessian at d, and the Hessian is symmetric. It is proved for coordinates and
   constants and kept by sums, products and functions of one variable with two derivatives; hence it holds for networks and losses. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum.
Import ListNotations.
Open Scope R_scope.

(* ---------- entries that may be absent ---------- *)
Definition entry := option R.
Definition val (a : entry) : R := match a with Some x => x | None => 0 end.
Definition eadd (a b : entry) : entry :=
  match a, b with None, _ => b | _, None => a | Some x, Some y => Some (x + y) end.
Definition escale (x : R) (a : entry) : entry := match a with None => None | Some y => Some (x * y) end.
Definition emul (a b : entry) : entry := match a, b with Some x, Some y => Some (x * y) | _, _ => None end.
Lemma val_eadd a b : val (eadd a b) = val a + val b.
Proof. destruct a, b; simpl; ring. Qed.
Lemma val_escale x a : val (escale x a) = x * val a.
Proof. destruct a; simpl; ring. Qed.
Lemma val_emul a b : val (emul a b) = val a * val b.
Proof. destruct a, b; simpl; ring. Qed.

(* ---------- jets ---------- *)
Record jet := Jet { value : R; gradient : nat -> entry; hessian : nat -> nat -> entry }.
Definition jconst (x : R) : jet := Jet x (fun _ => None) (fun _ _ => None).
Definition jcoord (i : nat) (th : vec) : jet := Jet (th i) (fun k => if (k =? i)%nat then Some 1 else None) (fun _ _ => None).
Definition jadd (a b : jet) : jet :=
  Jet (value a + value b) (fun k => eadd (gradient a k) (gradient b k)) (fun k l => eadd (hessian a k l) (hessian b k l)).
Definition jmul (a b : jet) : jet :=
  Jet (value a * value b)
    (fun k => eadd (escale (value a) (gradient b k)) (escale (value b) (gradient a k)))
    (fun k l => eadd (eadd (escale (value a) (hessian b k l)) (escale (value b) (hessian a k l)))
                     (eadd (emul (gradient a k) (gradient b l)) (emul (gradient b k) (gradient a l)))).
(* s(a), with the derivatives s1 and s2 of s *)
Definition jcomp (s s1 s2 : R -> R) (a : jet) : jet :=
  Jet (s (value a))
    (fun k => escale (s1 (value a)) (gradient a k))
    (fun k l => eadd (escale (s1 (value a)) (hessian a k l)) (escale (s2 (value a)) (emul (gradient a k) (gradient a l)))).
Fixpoint jsum (n : nat) (f : nat -> jet) : jet :=
  match n with O => jconst 0 | S O => f O | S k => jadd (jsum k f) (f k) end.

Definition grad (q : vec -> jet) (p : vec) : vec := fun k => val (gradient (q p) k).
Definition hess (q : vec -> jet) (p : vec) (k l : nat) : R := val (hessian (q p) k l).

Lemma jsum_S n f : (0 < n)%nat -> jsum (S n) f = jadd (jsum n f) (f n).
Proof. destruct n; [lia|reflexivity]. Qed.
Lemma value_jsum n f : value (jsum n f) = sum n (fun k => value (f k)).
Proof.
  induction n as [|n IH]; [reflexivity|]. destruct n as [|n]; [simpl; ring|].
  rewrite jsum_S by lia. change (value (jsum (S n) f) + value (f (S n)) = sum (S n) (fun k => value (f k)) + value (f (S n))).
  rewrite IH. reflexivity.
Qed.

(* ---------- derivatives along lines ---------- *)
Section Derived.
Variable P : nat.
Definition derived (q : vec -> jet) (p : vec) : Prop :=
  (forall d, derivable_pt_lim (fun s => value (q (line p d s))) 0 (dot P (grad q p) d)) /\
  (forall d, derivable_pt_lim (fun s => dot P (grad q (line p d s)) d) 0 (qf P (hess q p) d)) /\
  (forall k l, hess q p k l = hess q p l k).

Lemma line_0 p d : line p d 0 = p.
Proof. apply functional_extensionality. intros k. unfold line. ring. Qed.
Lemma limit_ext (f f' : R -> R) x l l' : (forall s, f s = f' s) -> l = l' -> derivable_pt_lim f x l -> derivable_pt_lim f' x l'.
Proof.
  intros Hf <- Hd eps He. destruct (Hd eps He) as [del Hdel]. exists del. intros h Hh Hs. rewrite <- !Hf. apply Hdel; assumption.
Qed.

Lemma qf_plus M M' d : qf P (fun a b => M a b + M' a b) d = qf P M d + qf P M' d.
Proof. unfold qf. rewrite <- sum_plus. apply sum_ext. intros a _. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.
Lemma qf_scal x M d : qf P (fun a b => x * M a b) d = x * qf P M d.
Proof. unfold qf. rewrite <- sum_scal. apply sum_ext. intros a _. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.
Lemma qf_outer u v d : qf P (fun a b => u a * v b) d = dot P u d * dot P v d.
Proof.
  unfold qf, dot. rewrite <- sum_scal_r. apply sum_ext. intros a _. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.
Lemma qf_null d : qf P (fun _ _ => 0) d = 0.
Proof. apply sum_zero. intros a _. apply sum_zero. intros. ring. Qed.
Lemma dot_plus u v d : dot P (fun k => u k + v k) d = dot P u d + dot P v d.
Proof. unfold dot. rewrite <- sum_plus. apply sum_ext. intros. ring. Qed.
Lemma dot_scal x u d : dot P (fun k => x * u k) d = x * dot P u d.
Proof. unfold dot. rewrite <- sum_scal. apply sum_ext. intros. ring. Qed.
Lemma dot_null d : dot P (fun _ => 0) d = 0.
Proof. apply sum_zero. intros. ring. Qed.
Lemma dot_unit i d : (i < P)%nat -> dot P (fun k => val (if (k =? i)%nat then Some 1 else None)) d = d i.
Proof.
  intros Hi. unfold dot. rewrite (sum_single P _ i Hi); [rewrite Nat.eqb_refl; simpl; ring|].
  intros k _ ne. destruct (Nat.eqb_spec k i); [contradiction|simpl; ring].
Qed.

Lemma limit_const x t : derivable_pt_lim (fun _ => x) t 0.
Proof. apply derivable_pt_lim_const. Qed.

Lemma derived_const x p : derived (fun _ => jconst x) p.
Proof.
  split; [|split; [|reflexivity]]; intros d; simpl.
  - rewrite dot_null. apply limit_const.
  - unfold grad, hess. simpl. rewrite qf_null. apply limit_const.
Qed.
Lemma derived_coord i p : (i < P)%nat -> derived (jcoord i) p.
Proof.
  intros Hi. split; [|split; [|reflexivity]]; intros d.
  - unfold grad. simpl. rewrite dot_unit by exact Hi. unfold line.
    assert (X := derivable_pt_lim_plus _ _ 0 _ _ (limit_const (p i) 0) (derivable_pt_lim_scal id (d i) 0 1 (derivable_pt_lim_id 0))).
    eapply limit_ext; [| |exact X]; [intros s; unfold plus_fct, mult_real_fct, id; ring|ring].
  - unfold hess, grad. simpl. rewrite qf_null.
    eapply limit_ext; [| |apply (limit_const (d i) 0)]; [intros s; rewrite dot_unit by exact Hi; reflexivity|reflexivity].
Qed.

Section Pair.
Variables (q r : vec -> jet) (p : vec).
Hypothesis Hq : derived q p.
Hypothesis Hr : derived r p.

Lemma grad_jadd x : grad (fun th => jadd (q th) (r th)) x = fun k => grad q x k + grad r x k.
Proof. apply functional_extensionality. intros k. apply val_eadd. Qed.
Lemma hess_jadd x : hess (fun th => jadd (q th) (r th)) x = fun k l => hess q x k l + hess r x k l.
Proof. do 2 (apply functional_extensionality; intro). apply val_eadd. Qed.
Lemma derived_add : derived (fun th => jadd (q th) (r th)) p.
Proof.
  destruct Hq as [Q1 [Q2 Q3]]. destruct Hr as [R1 [R2 R3]]. split; [|split].
  - intros d. rewrite grad_jadd, dot_plus. exact (derivable_pt_lim_plus _ _ 0 _ _ (Q1 d) (R1 d)).
  - intros d. rewrite hess_jadd, qf_plus.
    eapply limit_ext; [| |exact (derivable_pt_lim_plus _ _ 0 _ _ (Q2 d) (R2 d))]; [|reflexivity].
    intros s. rewrite grad_jadd, dot_plus. reflexivity.
  - intros k l. rewrite hess_jadd, Q3, R3. reflexivity.
Qed.

Lemma grad_jmul x : grad (fun th => jmul (q th) (r th)) x = fun k => value (q x) * grad r x k + value (r x) * grad q x k.
Proof.
  apply functional_extensionality. intros k. unfold grad. simpl. rewrite val_eadd, !val_escale. reflexivity.
Qed.
Lemma hess_jmul x : hess (fun th => jmul (q th) (r th)) x =
  fun k l => (value (q x) * hess r x k l + value (r x) * hess q x k l) + (grad q x k * grad r x l + grad r x k * grad q x l).
Proof.
  do 2 (apply functional_extensionality; intro). unfold hess, grad. simpl. rewrite !val_eadd, !val_escale, !val_emul. reflexivity.
Qed.
Lemma derived_mul : derived (fun th => jmul (q th) (r th)) p.
Proof.
  destruct Hq as [Q1 [Q2 Q3]]. destruct Hr as [R1 [R2 R3]]. split; [|split].
  - intros d. rewrite grad_jmul, dot_plus, !dot_scal.
    eapply limit_ext; [| |exact (derivable_pt_lim_mult _ _ 0 _ _ (Q1 d) (R1 d))]; [reflexivity|]. cbv beta. rewrite line_0. ring.
  - intros d. rewrite hess_jmul, !qf_plus, !qf_scal, !qf_outer.
    eapply limit_ext; [| |exact (derivable_pt_lim_plus _ _ 0 _ _ (derivable_pt_lim_mult _ _ 0 _ _ (Q1 d) (R2 d))
      (derivable_pt_lim_mult _ _ 0 _ _ (R1 d) (Q2 d)))].
    + intros s. rewrite grad_jmul, dot_plus, !dot_scal. reflexivity.
    + cbv beta. rewrite line_0. ring.
  - intros k l. rewrite hess_jmul, Q3, R3. ring.
Qed.

Variables (s s1 s2 : R -> R).
Hypothesis S1 : derivable_pt_lim s (value (q p)) (s1 (value (q p))).
Hypothesis S2 : derivable_pt_lim s1 (value (q p)) (s2 (value (q p))).
Lemma grad_jcomp x : grad (fun th => jcomp s s1 s2 (q th)) x = fun k => s1 (value (q x)) * grad q x k.
Proof. apply functional_extensionality. intros k. apply val_escale. Qed.
Lemma hess_jcomp x : hess (fun th => jcomp s s1 s2 (q th)) x =
  fun k l => s1 (value (q x)) * hess q x k l + s2 (value (q x)) * (grad q x k * grad q x l).
Proof.
  do 2 (apply functional_extensionality; intro). unfold hess, grad. simpl. rewrite !val_eadd, !val_escale, !val_emul. reflexivity.
Qed.
Lemma derived_comp : derived (fun th => jcomp s s1 s2 (q th)) p.
Proof.
  destruct Hq as [Q1 [Q2 Q3]].
  assert (C : forall f f' d, derivable_pt_lim f (value (q p)) f' -> derivable_pt_lim (fun t => f (value (q (line p d t)))) 0 (f' * dot P (grad q p) d)).
  { intros f f' d Hf. apply (derivable_pt_lim_comp (fun t => value (q (line p d t))) f 0); [apply Q1|rewrite line_0; exact Hf]. }
  split; [|split].
  - intros d. rewrite grad_jcomp, dot_scal. apply C, S1.
  - intros d. rewrite hess_jcomp, !qf_plus, !qf_scal, !qf_outer.
    eapply limit_ext; [| |exact (derivable_pt_lim_mult _ _ 0 _ _ (C _ _ d S2) (Q2 d))].
    + intros t. rewrite grad_jcomp, dot_scal. reflexivity.
    + cbv beta. rewrite line_0. ring.
  - intros k l. rewrite hess_jcomp, Q3. ring.
Qed.
End Pair.

Lemma derived_sum n q p : (forall k, (k < n)%nat -> derived (fun th => q th k) p) -> derived (fun th => jsum n (q th)) p.
Proof.
  induction n as [|n IH]; intros H; [apply derived_const|]. destruct n as [|n]; [apply (H O); lia|].
  apply (derived_add (fun th => jsum (S n) (q th)) (fun th => q th (S n))); [apply IH; intros; apply H; lia|apply H; lia].
Qed.

(* at a point of a line that is not its origin *)
Lemma derived_at q x d t : derived q (line x d t) ->
  derivable_pt_lim (fun s => value (q (line x d s))) t (dot P (grad q (line x d t)) d) /\
  derivable_pt_lim (fun s => dot P (grad q (line x d s)) d) t (qf P (hess q (line x d t)) d).
Proof.
  intros [H1 [H2 _]].
  assert (Hl : forall s, line (line x d t) d s = line x d (t + s)).
  { intros s. apply functional_extensionality. intros k. unfold line. ring. }
  assert (Move : forall f l, derivable_pt_lim (fun s => f (line (line x d t) d s)) 0 l -> derivable_pt_lim (fun s => f (line x d s)) t l).
  { intros f l Hd eps He. destruct (Hd eps He) as [del Hdel]. exists del. intros h Hh Hs. specialize (Hdel h Hh Hs).
    rewrite !Hl, Rplus_0_l, Rplus_0_r in Hdel. exact Hdel. }
  split; [apply (Move (fun y => value (q y))), H1|apply (Move (fun y => dot P (grad q y) d)), H2].
Qed.
End Derived.

(* ---------- networks and losses as jets ---------- *)
(* a layer with the first and second derivatives of its activations *)
Definition dlayer := (layer * (nat -> R -> R) * (nat -> R -> R))%type.
Definition plain (ls : list dlayer) : list layer := map (fun l => fst (fst l)) ls.

Definition jdense (off n d : nat) (b : bool) (th : vec) (x : nat -> jet) (u : nat) : jet :=
  if b then jadd (jsum n (fun j => jmul (x j) (jcoord (off + (u * n + j)) th))) (jcoord (off + (d * n + u)) th)
  else jsum n (fun j => jmul (x j) (jcoord (off + (u * n + j)) th)).
Fixpoint jfeat (off n : nat) (ls : list dlayer) (th : vec) (x : nat -> jet) : nat -> jet :=
  match ls with
  | [] => x
  | (d, b, s, s1, s2) :: r => jfeat (off + dsize n d b) d r th (fun u => jcomp (s u) (s1 u) (s2 u) (jdense off n d b th x u))
  end.
Definition jnet (n : nat) (ls : list dlayer) (q : nat) (b : bool) (th : vec) (x : nat -> R) : nat -> jet :=
  jdense (size n (plain ls)) (width n (plain ls)) q b th (jfeat 0 n ls th (fun j => jconst (x j))).

(* sample losses: trees over the outputs, made of sums and functions of one variable *)
Inductive tree :=
  | Output (c : nat)
  | Plus (K : nat) (f : nat -> tree)
  | Of (s s1 s2 : R -> R) (t : tree).
Fixpoint eval (t : tree) (f : nat -> R) : R :=
  match t with Output c => f c | Plus K g => sum K (fun k => eval (g k) f) | Of s _ _ a => s (eval a f) end.
Fixpoint jeval (t : tree) (f : nat -> jet) : jet :=
  match t with Output c => f c | Plus K g => jsum K (fun k => jeval (g k) f) | Of s s1 s2 a => jcomp s s1 s2 (jeval a f) end.
Fixpoint outputs_below (q : nat) (t : tree) : Prop :=
  match t with Output c => (c < q)%nat | Plus K g => forall k, (k < K)%nat -> outputs_below q (g k) | Of _ _ _ a => outputs_below q a end.

Definition jloss (n : nat) (ls : list dlayer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (T : nat -> tree) (th : vec) : jet :=
  jsum N (fun i => jeval (T i) (jnet n ls q b th (X i))).
Definition tree_loss n ls q b N X T : vec -> R := loss n (plain ls) q b X (samples N (fun i => eval (T i))).

(* half the squared error as a tree *)
Definition hse_tree (q : nat) (y : nat -> R) : tree :=
  Plus q (fun c => Of (fun u => (u - y c) ^ 2 / 2) (fun u => u - y c) (fun _ => 1) (Output c)).
Lemma eval_hse q y f : eval (hse_tree q y) f = hse q y f.
Proof.
  unfold hse, Rdiv. simpl. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros c _. field.
Qed.
Lemma tree_loss_hse n ls q b N X Y :
  tree_loss n ls q b N X (fun i => hse_tree q (Y i)) = loss n (plain ls) q b X (samples N (fun i => hse q (Y i))).
Proof.
  apply functional_extensionality. intros th. unfold tree_loss, loss, samples. apply sum_ext. intros i _. apply eval_hse.
Qed.

(* the values of the jets are those of Networks.v *)
Lemma value_jdense off n d b th x u : value (jdense off n d b th x u) = dense n d b (shift off th) (fun j => value (x j)) u.
Proof. unfold jdense, dense, shift. destruct b; simpl; rewrite value_jsum; [reflexivity|simpl; ring]. Qed.
Lemma value_jfeat ls : forall off n th x u,
  value (jfeat off n ls th x u) = feat n (plain ls) (shift off th) (fun j => value (x j)) u.
Proof.
  induction ls as [|[[[[d b] s] s1] s2] r IH]; intros off n th x u; [reflexivity|].
  simpl. rewrite IH, shift_shift. f_equal. apply functional_extensionality. intros j. simpl. rewrite value_jdense. reflexivity.
Qed.
Lemma value_jnet n ls q b th x c : value (jnet n ls q b th x c) = net n (plain ls) q b th x c.
Proof.
  unfold jnet, net. rewrite value_jdense. f_equal. apply functional_extensionality. intros j. rewrite value_jfeat. reflexivity.
Qed.
Lemma value_jeval t f : value (jeval t f) = eval t (fun c => value (f c)).
Proof.
  induction t as [c|K g IH|s s1 s2 a IH]; simpl; [reflexivity| |rewrite IH; reflexivity].
  rewrite value_jsum. apply sum_ext. intros k _. apply IH.
Qed.
Theorem value_jloss n ls q b N X T th : value (jloss n ls q b N X T th) = tree_loss n ls q b N X T th.
Proof.
  unfold jloss, tree_loss, loss, samples. rewrite value_jsum. apply sum_ext. intros i _. rewrite value_jeval. f_equal.
  apply functional_extensionality. intros c. apply value_jnet.
Qed.

(* ---------- where the derivatives hold ---------- *)
(* s has the derivative s1, and s1 the derivative s2, at z; with s2 continuous there *)
Definition twice (s s1 s2 : R -> R) (z : R) : Prop := derivable_pt_lim s z (s1 z) /\ derivable_pt_lim s1 z (s2 z).
Definition twice_continuous (s s1 s2 : R -> R) (z : R) : Prop := twice s s1 s2 z /\ continuity_pt s2 z.
Definition criterion := (R -> R) -> (R -> R) -> (R -> R) -> R -> Prop.
(* every activation is good at its pre-activation: every breakpoint is avoided *)
Fixpoint regular (good : criterion) (n : nat) (ls : list dlayer) (th : vec) (x : nat -> R) : Prop :=
  match ls with
  | [] => True
  | (d, b, s, s1, s2) :: r =>
    (forall u, (u < d)%nat -> good (s u) (s1 u) (s2 u) (dense n d b th x u)) /\
    regular good d r (shift (dsize n d b) th) (fun u => s u (dense n d b th x u))
  end.
Fixpoint regular_tree (good : criterion) (t : tree) (f : nat -> R) : Prop :=
  match t with
  | Output _ => True
  | Plus K g => forall k, (k < K)%nat -> regular_tree good (g k) f
  | Of s s1 s2 a => good s s1 s2 (eval a f) /\ regular_tree good a f
  end.
Definition regular_loss (good : criterion) n ls q b N (X : nat -> nat -> R) (T : nat -> tree) (th : vec) : Prop :=
  forall i, (i < N)%nat -> regular good n ls th (X i) /\ regular_tree good (T i) (net n (plain ls) q b th (X i)) /\ outputs_below q (T i).

(* activations that are good everywhere; half the squared error is *)
Lemma regular_everywhere (good : criterion) ls :
  (forall d b s s1 s2, In (d, b, s, s1, s2) ls -> forall u z, good (s u) (s1 u) (s2 u) z) -> forall n th x, regular good n ls th x.
Proof.
  induction ls as [|[[[[d b] s] s1] s2] r IH]; intros H n th x; simpl; [trivial|]. split.
  - intros u _. apply (H d b s s1 s2). left. reflexivity.
  - apply IH. intros d' b' s' s1' s2' Hin. apply (H d' b'). right. exact Hin.
Qed.
Lemma square_twice y z : twice_continuous (fun u => (u - y) ^ 2 / 2) (fun u => u - y) (fun _ => 1) z.
Proof.
  assert (Hd : derivable_pt_lim (fun u => u - y) z 1).
  { eapply limit_ext; [| |exact (derivable_pt_lim_minus id _ z _ _ (derivable_pt_lim_id z) (derivable_pt_lim_const y z))].
    - intros s. reflexivity.
    - ring. }
  split; [split; [|exact Hd]|apply continuity_pt_const; intros a b; reflexivity].
  eapply limit_ext; [| |exact (derivable_pt_lim_scal _ (/ 2) z _ (derivable_pt_lim_mult _ _ z _ _ Hd Hd))].
  - intros s. unfold mult_real_fct, mult_fct. field.
  - cbv beta. field.
Qed.
Lemma regular_hse (good : criterion) q y f : (forall u z, twice_continuous (fun v => (v - u) ^ 2 / 2) (fun v => v - u) (fun _ => 1) z ->
  good (fun v => (v - u) ^ 2 / 2) (fun v => v - u) (fun _ => 1) z) -> regular_tree good (hse_tree q y) f.
Proof. intros H k _. split; [apply H, square_twice|exact I]. Qed.
Lemma regular_loss_hse (good : criterion) n ls q b N X Y th : (forall s s1 s2 z, twice_continuous s s1 s2 z -> good s s1 s2 z) ->
  (forall i, (i < N)%nat -> regular good n ls th (X i)) -> regular_loss good n ls q b N X (fun i => hse_tree q (Y i)) th.
Proof.
  intros Hg H i Hi. split; [apply H, Hi|]. split; [apply regular_hse; intros; apply Hg; assumption|]. intros c Hc. exact Hc.
Qed.

(* ---------- networks and losses are derived ---------- *)
Section Network.
Variable P : nat.
Lemma derived_dense off n d b x p u : (off + dsize n d b <= P)%nat -> (u < d)%nat ->
  (forall j, (j < n)%nat -> derived P (fun th => x th j) p) -> derived P (fun th => jdense off n d b th (x th) u) p.
Proof.
  intros HP Hu Hx. unfold dsize in HP. assert (Hn : (u * n + n <= d * n)%nat) by nia.
  assert (Hs : derived P (fun th => jsum n (fun j => jmul (x th j) (jcoord (off + (u * n + j)) th))) p).
  { apply derived_sum. intros j Hj. apply derived_mul; [apply Hx, Hj|apply derived_coord; lia]. }
  unfold jdense. destruct b; [|exact Hs]. apply derived_add; [exact Hs|apply derived_coord]. simpl in HP. lia.
Qed.
Lemma derived_feat ls : forall off n x p, (off + size n (plain ls) <= P)%nat ->
  regular twice n ls (shift off p) (fun j => value (x p j)) ->
  (forall j, (j < n)%nat -> derived P (fun th => x th j) p) ->
  forall u, (u < width n (plain ls))%nat -> derived P (fun th => jfeat off n ls th (x th) u) p.
Proof.
  induction ls as [|[[[[d b] s] s1] s2] r IH]; intros off n x p HP Hreg Hx u Hu; [apply Hx, Hu|].
  simpl in *. destruct Hreg as [Hs Hreg].
  apply (IH _ _ (fun th v => jcomp (s v) (s1 v) (s2 v) (jdense off n d b th (x th) v))); [lia| | |exact Hu].
  - simpl. rewrite <- shift_shift. erewrite (functional_extensionality (fun j => s j _)); [exact Hreg|].
    intros v. simpl. rewrite value_jdense. reflexivity.
  - intros v Hv. specialize (Hs v Hv). apply derived_comp.
    + apply derived_dense; [lia|exact Hv|exact Hx].
    + rewrite value_jdense. apply Hs.
    + rewrite value_jdense. apply Hs.
Qed.
Lemma derived_net n ls q b x p c : (params n (plain ls) q b <= P)%nat -> (c < q)%nat -> regular twice n ls p x ->
  derived P (fun th => jnet n ls q b th x c) p.
Proof.
  unfold params. intros HP Hc Hreg. apply derived_dense; [exact HP|exact Hc|]. intros j Hj.
  apply (derived_feat ls 0 n (fun _ j => jconst (x j))); [lia|exact Hreg|intros; apply derived_const|exact Hj].
Qed.
Lemma derived_tree q t f p : outputs_below q t -> regular_tree twice t (fun c => value (f p c)) ->
  (forall c, (c < q)%nat -> derived P (fun th => f th c) p) -> derived P (fun th => jeval t (f th)) p.
Proof.
  intros Ho Hr Hf. induction t as [c|K g IH|s s1 s2 a IH]; simpl in *.
  - apply Hf, Ho.
  - apply derived_sum. intros k Hk. apply IH; [apply Ho, Hk|apply Hr, Hk].
  - destruct Hr as [Hs Hr]. apply derived_comp; [apply IH; assumption| |]; rewrite value_jeval; apply Hs.
Qed.
(* the jets of the loss are its value, gradient and Hessian, wherever its activations have two derivatives *)
Theorem derived_loss n ls q b N X T p : (params n (plain ls) q b <= P)%nat -> regular_loss twice n ls q b N X T p ->
  derived P (jloss n ls q b N X T) p.
Proof.
  intros HP Hr. apply derived_sum. intros i Hi. destruct (Hr i Hi) as [Hn [Ht Ho]]. apply derived_tree with (q := q); [exact Ho| |].
  - erewrite (functional_extensionality (fun c => value _)); [exact Ht|]. intros c. apply value_jnet.
  - intros c Hc. apply derived_net; assumption.
Qed.
End Network.

(* what rule 3.1 asks for, from derived at every point of the ball *)
Lemma derived_segments P q c rho : (forall z, ball P c rho z -> derived P q z) ->
  (forall x y, ball P c rho x -> ball P c rho y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => value (q (line x (sub y x) s))) t (dot P (grad q (line x (sub y x) t)) (sub y x))) /\
  (forall x y, ball P c rho x -> ball P c rho y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => dot P (grad q (line x (sub y x) s)) (sub y x)) t (qf P (hess q (line x (sub y x) t)) (sub y x))).
Proof.
  intros H. split; intros x y Hx Hy t Ht; apply derived_at, H, ball_convex; assumption.
Qed.

(* ---------- the other losses of "Losses" as trees: they are made of exp, ln and linear functions ---------- *)
(* softmax cross-entropy; multinomial logistic (one more output, always 0); logistic with y = 1 or -1 *)
Definition cross_entropy (K : nat) (y f : nat -> R) : R := ln (sum K (fun c => exp (f c))) - sum K (fun c => y c * f c).
Definition multinomial (K : nat) (y f : nat -> R) : R := ln (1 + sum K (fun c => exp (f c))) - sum K (fun c => y c * f c).
Definition logistic (y : R) (f : nat -> R) : R := ln (1 + exp (- y * f 0%nat)).

Definition exps (K : nat) : tree := Plus K (fun c => Of exp exp exp (Output c)).
Definition linear (a : R) (t : tree) : tree := Of (fun u => a * u) (fun _ => a) (fun _ => 0) t.
Definition log_of (t : tree) : tree := Of ln (fun u => / u) (fun u => - / u ^ 2) t.
Definition log1_of (t : tree) : tree := Of (fun u => ln (1 + u)) (fun u => / (1 + u)) (fun u => - / (1 + u) ^ 2) t.
Definition both (s t : tree) : tree := Plus 2 (fun k => match k with O => s | _ => t end).
Definition cross_entropy_tree (K : nat) (y : nat -> R) : tree := both (log_of (exps K)) (Plus K (fun c => linear (- y c) (Output c))).
Definition multinomial_tree (K : nat) (y : nat -> R) : tree := both (log1_of (exps K)) (Plus K (fun c => linear (- y c) (Output c))).
Definition logistic_tree (y : R) : tree := log1_of (Of exp exp exp (linear (- y) (Output 0))).

Lemma sum_opp n f g : sum n (fun k => - f k * g k) = - sum n (fun k => f k * g k).
Proof.
  rewrite (sum_ext n _ (fun k => -1 * (f k * g k))) by (intros; ring). rewrite sum_scal. ring.
Qed.
Lemma eval_cross_entropy K y f : eval (cross_entropy_tree K y) f = cross_entropy K y f.
Proof. unfold cross_entropy. simpl. rewrite sum_opp. ring. Qed.
Lemma eval_multinomial K y f : eval (multinomial_tree K y) f = multinomial K y f.
Proof. unfold multinomial. simpl. rewrite sum_opp. ring. Qed.
Lemma eval_logistic y f : eval (logistic_tree y) f = logistic y f.
Proof. reflexivity. Qed.

Lemma linear_twice a z : twice_continuous (fun u => a * u) (fun _ => a) (fun _ => 0) z.
Proof.
  split; [split|apply continuity_pt_const; intros u v; reflexivity]; [|apply derivable_pt_lim_const].
  eapply limit_ext; [| |exact (derivable_pt_lim_scal id a z 1 (derivable_pt_lim_id z))]; [reflexivity|ring].
Qed.
Lemma exp_twice z : twice_continuous exp exp exp z.
Proof. split; [split; apply derivable_pt_lim_exp|]. apply derivable_continuous_pt. exists (exp z). apply derivable_pt_lim_exp. Qed.
Lemma inv_limit z : z <> 0 -> derivable_pt_lim (fun u => / u) z (- / z ^ 2).
Proof.
  intros Hz. eapply limit_ext; [| |exact (derivable_pt_lim_div (fct_cte 1) id z 0 1 (derivable_pt_lim_const 1 z) (derivable_pt_lim_id z) Hz)].
  - intros u. unfold div_fct, fct_cte, id, Rdiv. ring.
  - unfold fct_cte, id, Rsqr. field. exact Hz.
Qed.
Lemma inv2_continuous z : z <> 0 -> continuity_pt (fun u => - / u ^ 2) z.
Proof.
  intros Hz. apply (continuity_pt_opp (fun u => / u ^ 2)), (continuity_pt_inv (fun u => u ^ 2)); [|apply pow_nonzero, Hz].
  apply derivable_continuous_pt. eexists. apply (derivable_pt_lim_pow z 2).
Qed.
Lemma ln_twice z : 0 < z -> twice_continuous ln (fun u => / u) (fun u => - / u ^ 2) z.
Proof.
  intros Hz. split; [split; [apply derivable_pt_lim_ln, Hz|apply inv_limit; lra]|apply inv2_continuous; lra].
Qed.
Lemma shift1_limit f z l : derivable_pt_lim f (1 + z) l -> derivable_pt_lim (fun u => f (1 + u)) z l.
Proof. intros H eps He. destruct (H eps He) as [d Hd]. exists d. intros h Hh Hs. rewrite <- Rplus_assoc. apply Hd; assumption. Qed.
Lemma ln1_twice z : 0 < 1 + z -> twice_continuous (fun u => ln (1 + u)) (fun u => / (1 + u)) (fun u => - / (1 + u) ^ 2) z.
Proof.
  intros Hz. destruct (ln_twice (1 + z) Hz) as [[H1 H2] H3].
  split; [split; [apply (shift1_limit ln), H1|apply (shift1_limit (fun u => / u)), H2]|].
  apply (continuity_pt_comp (fun u => 1 + u) (fun u => - / u ^ 2)); [|exact H3].
  apply derivable_continuous_pt. exists 1. eapply limit_ext; [| |exact (derivable_pt_lim_plus _ _ z _ _
    (derivable_pt_lim_const 1 z) (derivable_pt_lim_id z))]; [reflexivity|ring].
Qed.
Lemma exps_pos K f : 0 <= sum K (fun c => exp (f c)) /\ ((0 < K)%nat -> 0 < sum K (fun c => exp (f c))).
Proof.
  split; [apply sum_nonneg; intros k _; left; apply exp_pos|]. intros HK. destruct K as [|K]; [lia|]. simpl.
  assert (0 <= sum K (fun c => exp (f c))) by (apply sum_nonneg; intros k _; left; apply exp_pos). generalize (exp_pos (f K)). lra.
Qed.
Lemma linear_regular K y f (good : criterion) : (forall s s1 s2 z, twice_continuous s s1 s2 z -> good s s1 s2 z) ->
  regular_tree good (Plus K (fun c => linear (- y c) (Output c))) f.
Proof. intros Hg k _. split; [apply Hg, linear_twice|exact I]. Qed.
Lemma exps_regular K f (good : criterion) : (forall s s1 s2 z, twice_continuous s s1 s2 z -> good s s1 s2 z) -> regular_tree good (exps K) f.
Proof. intros Hg k _. split; [apply Hg, exp_twice|exact I]. Qed.
(* they have two continuous derivatives everywhere *)
Theorem losses_regular (good : criterion) : (forall s s1 s2 z, twice_continuous s s1 s2 z -> good s s1 s2 z) ->
  (forall K y f, (0 < K)%nat -> regular_tree good (cross_entropy_tree K y) f) /\
  (forall K y f, regular_tree good (multinomial_tree K y) f) /\
  (forall y f, regular_tree good (logistic_tree y) f).
Proof.
  intros Hg. split; [|split].
  - intros K y f HK k _. destruct k; [split|]; [apply Hg, ln_twice|apply exps_regular, Hg|apply linear_regular, Hg].
    apply (exps_pos K f), HK.
  - intros K y f k _. destruct k; [split|]; [apply Hg, ln1_twice|apply exps_regular, Hg|apply linear_regular, Hg].
    destruct (exps_pos K f) as [Hp _]. simpl. lra.
  - intros y f. split; [apply Hg, ln1_twice|split; [apply Hg, exp_twice|split; [apply Hg, linear_twice|exact I]]].
    simpl. generalize (exp_pos (- y * f 0%nat)). lra.
Qed.
Lemma losses_below : (forall K y, outputs_below K (cross_entropy_tree K y)) /\ (forall K y, outputs_below K (multinomial_tree K y)) /\
  (forall y, outputs_below 1 (logistic_tree y)).
Proof.
  split; [|split]; [intros K y k _|intros K y k _|intros y; simpl; lia]; destruct k; intros c Hc; exact Hc.
Qed.
(* a loss given by trees is the one of Networks.v, when the trees evaluate to its sample losses *)
Lemma tree_loss_samples n ls q b N X T l : (forall i f, eval (T i) f = l i f) -> tree_loss n ls q b N X T = loss n (plain ls) q b X (samples N l).
Proof. intros H. apply functional_extensionality. intros th. apply sum_ext. intros i _. apply H. Qed.
