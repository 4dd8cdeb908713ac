Require Import ZArith QArith Qreals Reals Lra Lia List Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Intervals Jets Exact Sums Basins Blocks Networks WideTheorem RankRule PointwiseRank Compactness ConvexLosses WideLayer
  IndependentInputs.
From Exactland Require Import Derivatives.
Import ListNotations.
Open Scope R_scope.

(** * Networks of any depth as exported files write them, and rules 4.2, 4.6 and 4.7 for them

    The loss is any function of the outputs; it is read at the samples and outputs there are and nowhere else ([seen]). Nothing is calculated but numbers of
    units, which inputs are the same, and products of inputs with rational numbers. Continuity of the activations is shown by the lemmas at the end; that they
    shrink, in Shrinking.v. Kernel: `WideTheoremStep`, `WideLayerStep`, `IndependentInputsStep`. *)

(** One activation for every layer; inputs only: targets are part of the loss. *)
Record deep := { d_inputs : nat; d_hidden : list (nat * bool * (R -> R)); d_outputs : nat; d_output_bias : bool; d_xs : list (list rat) }.

Fixpoint plus_from (a : R) (l : list R) : R := match l with [] => a | b :: r => plus_from (a + b) r end.
Definition sum_of (l : list R) : R := match l with [] => 0 | a :: r => plus_from a r end.
(** unit j of a layer of d units whose parameters begin at off *)
Definition unit_sum (th : vec) (off n d : nat) (b : bool) (x : nat -> R) (j : nat) : R :=
  sum_of (map (fun k => th (off + j * n + k)%nat * x k) (seq 0 n) ++ if b then [th (off + d * n + j)%nat] else []).
Fixpoint units_of (th : vec) (off n : nat) (ls : list (nat * bool * (R -> R))) (x : nat -> R) : nat -> R :=
  match ls with [] => x | (d, b, s) :: r => units_of th (off + dsize n d b) d r (fun j => s (unit_sum th off n d b x j)) end.

Lemma all_below k f : forallb f (seq 0 k) = true -> forall i, (i < k)%nat -> f i = true.
Proof. intros H i Hi. rewrite forallb_forall in H. apply H, in_seq. lia. Qed.

Definition layers_of (ls : list (nat * bool * (R -> R))) : list layer := map (fun l => (fst l, fun _ => snd l)) ls.
Section Deep.
Variable p : deep.
Let n := d_inputs p. Let ls := layers_of (d_hidden p). Let q := d_outputs p. Let bo := d_output_bias p. Let N := length (d_xs p).
Definition row_of (i : nat) : list rat := nth i (d_xs p) [].
Definition entry_of (i k : nat) : R := of_rat (nth k (row_of i) (0%Z, xH)).
Definition output_of (th : vec) (i c : nat) : R :=
  unit_sum th (size (d_inputs p) (layers_of (d_hidden p))) (width (d_inputs p) (layers_of (d_hidden p))) (d_outputs p) (d_output_bias p)
    (units_of th 0 (d_inputs p) (d_hidden p) (entry_of i)) c.
(** the outputs there are; 0 elsewhere *)
Definition seen (O : nat -> nat -> R) (i c : nat) : R := if (Nat.ltb i (length (d_xs p)) && Nat.ltb c (d_outputs p))%bool then O i c else 0.
Definition d_size : nat := params (d_inputs p) (layers_of (d_hidden p)) (d_outputs p) (d_output_bias p).

Lemma plus_from_sum l : forall a, plus_from a l = a + sum (length l) (fun k => nth k l 0).
Proof.
  induction l as [|b l IH] using rev_ind; intros a; simpl; [ring|].
  assert (e : forall l a, plus_from a (l ++ [b]) = plus_from a l + b) by (induction l0 as [|c l0 IH0]; intros a0; simpl; [reflexivity|apply IH0]).
  rewrite e, IH, app_length, Nat.add_1_r. simpl. rewrite (sum_ext (length l) (fun k => nth k (l ++ [b]) 0) (fun k => nth k l 0))
    by (intros; apply app_nth1; assumption).
  rewrite app_nth2, Nat.sub_diag by lia. simpl. ring.
Qed.
Lemma sum_of_map (f : nat -> R) m (l : list R) : sum_of (map f (seq 0 m) ++ l) = sum m f + sum (length l) (fun k => nth k l 0).
Proof.
  assert (e : forall k, sum_of k = sum (length k) (fun i => nth i k 0)).
  { intros [|a k]; [reflexivity|]. simpl sum_of. rewrite plus_from_sum.
    clear. assert (e : forall m (g : nat -> R), sum (S m) g = g 0%nat + sum m (fun i => g (S i))).
    { induction m as [|m IH]; intros g; [simpl; ring|]. change (sum (S (S m)) g) with (sum (S m) g + g (S m)). rewrite IH. simpl. ring. }
    cbn [length]. rewrite e. reflexivity. }
  rewrite e, app_length, map_length, seq_length, sum_app. f_equal.
  - apply sum_ext. intros k Hk. rewrite app_nth1 by (rewrite map_length, seq_length; exact Hk).
    rewrite nth_indep with (d' := f 0%nat) by (rewrite map_length, seq_length; exact Hk). rewrite map_nth, seq_nth by exact Hk. reflexivity.
  - apply sum_ext. intros k Hk. rewrite app_nth2 by (rewrite map_length, seq_length; lia). rewrite map_length, seq_length. f_equal. lia.
Qed.
Lemma unit_sum_dense th off m d b x j : unit_sum th off m d b x j = dense m d b (shift off th) x j.
Proof.
  unfold unit_sum, dense, shift. rewrite sum_of_map. f_equal.
  - apply sum_ext. intros k _. rewrite Nat.add_assoc. ring.
  - destruct b; simpl; [rewrite Nat.add_assoc; ring|reflexivity].
Qed.
Lemma units_of_feat hs : forall th off m x, units_of th off m hs x = feat m (layers_of hs) (shift off th) x.
Proof.
  induction hs as [|[[d b] s] r IH]; intros th off m x; [reflexivity|]. simpl. rewrite IH, shift_shift. f_equal.
  apply functional_extensionality. intros j. rewrite unit_sum_dense. reflexivity.
Qed.
Lemma output_of_net th i c : output_of th i c = net n ls q bo th (entry_of i) c.
Proof.
  unfold output_of. rewrite unit_sum_dense, units_of_feat. unfold net, ls, n, q, bo. reflexivity.
Qed.

Variables (risk : (nat -> nat -> R) -> R) (E : vec -> R).
Hypothesis E_is : forall th, E th = risk (seen (output_of th)).

Lemma seen_local : local N q (fun O => risk (seen O)).
Proof.
  intros O O' H. f_equal. apply functional_extensionality. intros i. apply functional_extensionality. intros c. unfold seen.
  destruct (Nat.ltb_spec i (length (d_xs p))); [|reflexivity]. destruct (Nat.ltb_spec c (d_outputs p)); [|reflexivity]. apply H; assumption.
Qed.
Lemma E_loss : E = loss n ls q bo entry_of (fun O => risk (seen O)).
Proof.
  apply functional_extensionality. intros th. rewrite E_is. unfold loss. do 2 f_equal.
  apply functional_extensionality. intros i. apply functional_extensionality. intros c. apply output_of_net.
Qed.

(** Inputs are compared as they are written; rows: numbers of samples, such that every sample has the input of one of them. *)
Fixpoint same_row (a b : list rat) : bool :=
  match a, b with
  | [], [] => true
  | (u, v) :: a', (w, z) :: b' => (Z.eqb u w && Pos.eqb v z && same_row a' b')%bool
  | _, _ => false
  end.
Lemma same_row_spec a : forall b, same_row a b = true -> a = b.
Proof.
  induction a as [|[u v] a IH]; intros [|[w z] b] H; simpl in H; try discriminate; [reflexivity|].
  apply andb_prop in H. destruct H as [H H2]. apply andb_prop in H. destruct H as [H0 H1].
  apply Z.eqb_eq in H0. apply Pos.eqb_eq in H1. rewrite H0, H1, (IH b H2). reflexivity.
Qed.
Definition representatives (rows : list nat) : bool :=
  (forallb (fun a => Nat.ltb a (length (d_xs p))) rows &&
   forallb (fun i => existsb (fun a => same_row (row_of i) (row_of a)) rows) (seq 0 (length (d_xs p))))%bool.
Lemma representatives_spec rows : representatives rows = true ->
  (forall a, (a < length rows)%nat -> (nth a rows 0 < N)%nat) /\
  exists which, forall i, (i < N)%nat -> (which i < length rows)%nat /\ forall j, (j < n)%nat -> entry_of i j = entry_of (nth (which i) rows 0%nat) j.
Proof.
  intros H. apply andb_prop in H. destruct H as [H1 H2]. rewrite forallb_forall in H1, H2. split.
  - intros a Ha. apply Nat.ltb_lt, H1, nth_In, Ha.
  - apply (choose_below nat 0%nat N (fun i a => (a < length rows)%nat /\ forall j, (j < n)%nat -> entry_of i j = entry_of (nth a rows 0%nat) j)).
    intros i Hi. assert (Hs := H2 i). rewrite in_seq in Hs. specialize (Hs ltac:(unfold N in Hi; lia)). apply existsb_exists in Hs.
    destruct Hs as [a [Ha Hs]]. apply same_row_spec in Hs. destruct (In_nth rows a 0%nat Ha) as [k [Hk e]].
    exists k. split; [exact Hk|]. intros j _. unfold entry_of. rewrite Hs, e. reflexivity.
Qed.

(** Rule 4.6: the layers up to the wide one are the first k. *)
Definition wide_layer_check (k : nat) (rows : list nat) : bool :=
  let l1 := firstn k (layers_of (d_hidden p)) in
  let l2 := skipn k (layers_of (d_hidden p)) in
  (Nat.ltb 0 (size (d_inputs p) l1) && Nat.ltb 0 (next_width l2 (d_outputs p)) &&
   Nat.leb (length rows) (width (d_inputs p) l1 + b2n (next_bias l2 (d_output_bias p))) && representatives rows)%bool.
Fixpoint all_continuous (hs : list (nat * bool * (R -> R))) : Prop :=
  match hs with [] => True | (_, _, s) :: r => continuity s /\ all_continuous r end.
Lemma all_continuous_layers hs : all_continuous hs -> continuous_layers (layers_of hs).
Proof.
  induction hs as [|[[d b] s] r IH]; intros H d' b' s' Hin u z; [destruct Hin|]. destruct H as [H Hr].
  destruct Hin as [e|Hin]; [inversion e; subst; apply H|apply (IH Hr d' b' s' Hin u z)].
Qed.
Theorem wide_layer_none k rows : wide_layer_check k rows = true -> all_continuous (firstn k (d_hidden p)) ->
  forall S, ~ basin d_size E S.
Proof.
  intros H Hc S. unfold wide_layer_check in H. repeat (apply andb_prop in H; destruct H as [H ?]).
  repeat match goal with A : Nat.ltb _ _ = true |- _ => apply Nat.ltb_lt in A | A : Nat.leb _ _ = true |- _ => apply Nat.leb_le in A end.
  match goal with A : representatives rows = true |- _ => destruct (representatives_spec rows A) as [Hrow [which Hwhich]] end.
  rewrite E_loss. unfold d_size. fold n ls q bo. rewrite <- (firstn_skipn k ls).
  apply (wide_layer n (firstn k ls) (skipn k ls) q bo N entry_of _ (length rows) (fun a => nth a rows 0%nat) which); try assumption.
  - apply seen_local.
  - unfold ls, layers_of. rewrite firstn_map. apply all_continuous_layers, Hc.
Qed.
(** No basin: none is sub-optimal. *)
Theorem wide_layer_none_bad k rows : wide_layer_check k rows = true -> all_continuous (firstn k (d_hidden p)) ->
  forall S, basin d_size E S -> ~ suboptimal E S.
Proof. intros H Hc S HB. destruct (wide_layer_none k rows H Hc S HB). Qed.

(** Rule 4.2, for any depth and loss: the last hidden layer is as wide as there are samples, or wider. *)
Definition last_width : nat := (width (d_inputs p) (layers_of (d_hidden p)) + b2n (d_output_bias p))%nat.
Lemma seen_convex : convex risk -> convex (fun O => risk (seen O)).
Proof.
  intros HC O O' t Ht. eapply Rle_trans; [|apply (HC (seen O) (seen O') t Ht)]. right. f_equal.
  apply functional_extensionality. intros i. apply functional_extensionality. intros c. unfold seen.
  destruct (Nat.ltb i (length (d_xs p)) && Nat.ltb c (d_outputs p))%bool; ring.
Qed.
Theorem last_layer_none : (Nat.ltb (length (d_xs p)) last_width && Nat.ltb 0 (d_outputs p))%bool = true -> forall S, ~ basin d_size E S.
Proof.
  intros H S. apply andb_prop in H. destruct H as [H Hq]. apply Nat.ltb_lt in H. apply Nat.ltb_lt in Hq. rewrite E_loss.
  apply (wide_network_none n ls q bo N entry_of _ seen_local H Hq).
Qed.
Theorem last_layer_none_bad : Nat.leb (length (d_xs p)) last_width = true -> convex risk -> forall S, basin d_size E S -> ~ suboptimal E S.
Proof.
  intros H HC S. apply Nat.leb_le in H. rewrite E_loss. apply (wide_network n ls q bo N entry_of _ seen_local (seen_convex HC) H).
Qed.

(** Rule 4.7. What enters the first layer: the inputs, and a 1 if it has a bias; entry j at sample i. *)
Definition first_bias : bool := match d_hidden p with [] => d_output_bias p | (_, b, _) :: _ => b end.
Definition first_width : nat := (d_inputs p + b2n first_bias)%nat.
Definition entry_Q (i j : nat) : Q := if Nat.ltb j (d_inputs p) then toQ (nth j (row_of i) (0%Z, xH)) else 1%Q.
Lemma entry_Q_R i j : Q2R (entry_Q i j) = aug n (entry_of i) j.
Proof.
  unfold entry_Q, aug, n. destruct (Nat.ltb j (d_inputs p)); [apply toQ_R|]. unfold Q2R. simpl. lra.
Qed.
Definition product_Q (i : nat) (c : list rat) : Q := sumQ first_width (fun j => timesQ (entry_Q i j) (toQ (nth j c (0%Z, xH)))).
Lemma product_Q_R i c : Q2R (product_Q i c) = mulv first_width (aug n (entry_of i)) (fun j => of_rat (nth j c (0%Z, xH))).
Proof.
  unfold product_Q. symmetry. apply sumQ_R. intros j _. rewrite timesQ_R, entry_Q_R, toQ_R. reflexivity.
Qed.
(** (a): c is a combination of columns that is 0 at every sample *)
Definition dependent_check (c : list rat) : bool :=
  (Nat.ltb 0 (next_width (layers_of (d_hidden p)) (d_outputs p)) && existsb (fun j => negb (Z.eqb (fst (nth j c (0%Z, xH))) 0)) (seq 0 first_width) &&
   forallb (fun i => Qeq_bool (product_Q i c) 0) (seq 0 (length (d_xs p))))%bool.
Theorem dependent_inputs_none c : dependent_check c = true -> forall S, ~ basin d_size E S.
Proof.
  intros H S. unfold dependent_check in H. apply andb_prop in H. destruct H as [H Hz]. apply andb_prop in H. destruct H as [Hq Hne].
  apply Nat.ltb_lt in Hq. rewrite E_loss. apply (dependent_inputs n ls q bo N entry_of _ seen_local Hq).
  assert (e : first_bias = next_bias ls bo) by (unfold first_bias, ls, bo; destruct (d_hidden p) as [|[[d b] s] r]; reflexivity).
  rewrite <- e. exists (fun j => of_rat (nth j c (0%Z, xH))). split.
  - apply existsb_exists in Hne. destruct Hne as [j [Hj Hne]]. apply in_seq in Hj. exists j. split; [unfold first_width, n in *; lia|].
    intros e0. apply negb_true_iff, Z.eqb_neq in Hne. apply Hne. rewrite of_rat_div in e0. destruct (nth j c (0%Z, xH)) as [u v]. simpl in *.
    apply Rmult_integral in e0. destruct e0 as [e0|e0]; [apply eq_IZR, e0|].
    exfalso. revert e0. apply Rinv_neq_0_compat. apply not_0_IZR. discriminate.
  - intros i Hi. rewrite <- (zero_check _ (all_below _ _ Hz i Hi)). symmetry. apply product_Q_R.
Qed.
(** (b): rows as in rule 4.6; W has a list for each, such that the products of the rows with the lists are the identity *)
Definition independent_check (rows : list nat) (W : list (list rat)) : bool :=
  (Nat.ltb 0 first_width && Nat.ltb 0 (next_width (tl (layers_of (d_hidden p))) (d_outputs p)) && representatives rows &&
   forallb (fun a => forallb (fun c => Qeq_bool (product_Q (nth a rows 0%nat) (nth c W [])) (if Nat.eqb a c then 1 else 0)) (seq 0 (length rows)))
     (seq 0 (length rows)))%bool.
Lemma independent_check_spec rows W : independent_check rows W = true -> independent first_width (length rows) (fun a => aug n (entry_of (nth a rows 0%nat))).
Proof.
  intros H g Hg c Hc. unfold independent_check in H. apply andb_prop in H. destruct H as [_ H].
  set (M := length rows) in *. set (v := fun j => of_rat (nth j (nth c W []) (0%Z, xH))).
  assert (Hp : forall a, (a < M)%nat -> mulv first_width (aug n (entry_of (nth a rows 0%nat))) v = if (a =? c)%nat then 1 else 0).
  { intros a Ha. assert (H1 := all_below _ _ (all_below _ _ H a Ha) c Hc). cbv beta in H1. apply Qeq_bool_iff, Qeq_eqR in H1.
    rewrite product_Q_R in H1. fold v in H1. rewrite H1. destruct (a =? c)%nat; unfold Q2R; simpl; lra. }
  assert (e : g c = sum M (fun a => g a * mulv first_width (aug n (entry_of (nth a rows 0%nat))) v)).
  { rewrite (sum_single M _ c Hc); [rewrite Hp, Nat.eqb_refl by exact Hc; ring|]. intros a Ha ne. rewrite Hp by exact Ha.
    destruct (Nat.eqb_spec a c); [contradiction|ring]. }
  rewrite e, (sum_mulv M first_width g (fun a => aug n (entry_of (nth a rows 0%nat))) v). apply sum_zero. intros j Hj. rewrite (Hg j Hj). ring.
Qed.
Theorem independent_inputs_none d b s r rows W : d_hidden p = (d, b, s) :: r -> (0 < d)%nat -> independent_check rows W = true -> shrinks_locally s ->
  forall S, ~ basin d_size E S.
Proof.
  intros Hh Hd H Hs S. assert (Hind := independent_check_spec rows W H). unfold independent_check in H.
  repeat (apply andb_prop in H; destruct H as [H ?]). apply Nat.ltb_lt in H.
  match goal with A : Nat.ltb _ _ = true |- _ => apply Nat.ltb_lt in A; rename A into Hq end.
  match goal with A : representatives rows = true |- _ => destruct (representatives_spec rows A) as [_ [which Hwhich]] end.
  unfold first_width, first_bias in H, Hind. rewrite E_loss. unfold d_size. fold n q bo. unfold ls. rewrite Hh in *. simpl in *. fold (layers_of r) in *.
  apply (independent_inputs n d b (fun _ => s) (layers_of r) q bo N entry_of (fun O => risk (seen O)) 0 (length rows)
    (fun a => entry_of (nth a rows 0%nat)) which); try assumption. apply seen_local.
Qed.
End Deep.

(** ** Convex losses: what an exported file writes out is the loss of the development, with targets ys *)
Definition target_at (ys : list (list rat)) (i c : nat) : R := of_rat (nth c (nth i ys []) (0%Z, xH)).
Lemma convex_as (L L' : (nat -> nat -> R) -> R) : (forall O, L O = L' O) -> convex L' -> convex L.
Proof. intros H HC O O' t Ht. rewrite !H. apply HC, Ht. Qed.
Definition hse_risk (ys : list (list rat)) (N q : nat) := samples N (fun i => hse q (target_at ys i)).
Definition logistic_risk (ys : list (list rat)) (N _q : nat) := samples N (fun i => logistic (target_at ys i 0)).
Definition cross_entropy_risk (ys : list (list rat)) (N q : nat) := samples N (fun i => cross_entropy q (target_at ys i)).
Definition multinomial_risk (ys : list (list rat)) (N q : nat) := samples N (fun i => multinomial q (target_at ys i)).
Lemma hse_risk_convex ys N q : (0 < q)%nat -> convex (hse_risk ys N q).
Proof. intros _. apply samples_convex. intros. apply hse_convex. assumption. Qed.
Lemma logistic_risk_convex ys N q : (0 < q)%nat -> convex (logistic_risk ys N q).
Proof. intros _. apply samples_convex. intros. apply logistic_convex. assumption. Qed.
Lemma cross_entropy_risk_convex ys N q : (0 < q)%nat -> convex (cross_entropy_risk ys N q).
Proof. intros Hq. apply samples_convex. intros. apply cross_entropy_convex; assumption. Qed.
Lemma multinomial_risk_convex ys N q : (0 < q)%nat -> convex (multinomial_risk ys N q).
Proof. intros _. apply samples_convex. intros. apply multinomial_convex. assumption. Qed.
(** both sides are the same sums, up to zeros in front and the way numbers are written *)
Ltac same_risk risk := intros O; unfold risk, hse_risk, logistic_risk, cross_entropy_risk, multinomial_risk, samples, hse, logistic, cross_entropy,
  multinomial, target_at;
  cbn [sum nth]; unfold of_rat; cbn [fst snd]; rewrite ?Rplus_0_l; unfold Rsqr; first [reflexivity|field|repeat first [reflexivity|ring|f_equal]].

(** ** Continuity of the activations *)
Lemma same_continuity s r : (forall t, s t = r t) -> continuity r -> continuity s.
Proof. intros H Hr. replace s with r; [exact Hr|]. apply functional_extensionality. intros t. symmetry. apply H. Qed.
(** two continuous functions that agree where they meet *)
Lemma pieces_continuity f g a : continuity f -> continuity g -> f a = g a -> continuity (fun t => if Rle_dec t a then f t else g t).
Proof.
  intros Hf Hg e t eps He. destruct (Hf t eps He) as [d [Hd Hfd]]. destruct (Hg t eps He) as [d' [Hd' Hgd]].
  destruct (Rtotal_order t a) as [Hlt|[Heq|Hgt]].
  - exists (Rmin d (a - t)). split; [apply Rmin_glb_lt; lra|]. intros y [Hy Hr]. simpl in *. unfold R_dist in *.
    assert (H1 := Rmin_l d (a - t)). assert (H2 := Rmin_r d (a - t)). assert (H3 := Rle_abs (y - t)).
    destruct (Rle_dec y a); [|lra]. destruct (Rle_dec t a); [|lra]. apply Hfd. split; [exact Hy|]. simpl. unfold R_dist. lra.
  - subst t. exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|]. intros y [Hy Hr]. simpl in *. unfold R_dist in *.
    assert (H1 := Rmin_l d d'). assert (H2 := Rmin_r d d'). destruct (Rle_dec a a) as [_|]; [|lra]. destruct (Rle_dec y a).
    + apply Hfd. split; [exact Hy|]. simpl. unfold R_dist. lra.
    + rewrite e. apply Hgd. split; [exact Hy|]. simpl. unfold R_dist. lra.
  - exists (Rmin d' (t - a)). split; [apply Rmin_glb_lt; lra|]. intros y [Hy Hr]. simpl in *. unfold R_dist in *.
    assert (H1 := Rmin_l d' (t - a)). assert (H2 := Rmin_r d' (t - a)). apply Rabs_def2 in Hr.
    destruct (Rle_dec y a); [lra|]. destruct (Rle_dec t a); [lra|]. apply Hgd. split; [exact Hy|]. simpl. unfold R_dist. apply Rabs_def1; lra.
Qed.
(** polynomials in pieces that meet *)
Fixpoint pieces_meet (p : list rat) (l : list (rat * list rat)) : bool :=
  match l with [] => true | (b, p') :: r => (Qeq_bool (polyQ p (toQ b)) (piecewiseQ p' r (toQ b)) && pieces_meet p' r)%bool end.
Theorem piecewise_continuity l : forall p, pieces_meet p l = true -> continuity (piecewise p l).
Proof.
  induction l as [|[b p'] r IH]; intros p H; simpl in *.
  - apply limit_continuity with (poly1 p), poly_d.
  - apply andb_prop in H. destruct H as [H H']. apply pieces_continuity.
    + apply limit_continuity with (poly1 p), poly_d.
    + apply IH, H'.
    + apply Qeq_bool_iff, Qeq_eqR in H. rewrite polyQ_R, piecewiseQ_R, toQ_R in H. exact H.
Qed.
Theorem exp_continuity : continuity exp.
Proof. apply derivable_continuous, derivable_exp. Qed.
Theorem elu_continuity : continuity (fun t => if Rle_dec t 0 then exp t - 1 else t).
Proof.
  apply (pieces_continuity (fun t => exp t - 1) (fun t => t)).
  - apply limit_continuity with exp. intros t. apply is_derive_Reals. auto_derive; [exact I|ring].
  - apply derivable_continuous, derivable_id.
  - rewrite exp_0. ring.
Qed.
Theorem selu_continuity a c : continuity (fun t => if Rle_dec t 0 then a * (exp t - 1) else c * t).
Proof.
  apply (pieces_continuity (fun t => a * (exp t - 1)) (fun t => c * t)).
  - apply limit_continuity with (fun t => a * exp t). intros t. apply is_derive_Reals. auto_derive; [exact I|ring].
  - apply limit_continuity with (fun _ => c). intros t. apply is_derive_Reals. auto_derive; [exact I|ring].
  - rewrite exp_0. ring.
Qed.
Theorem softsign_continuity : continuity (fun t => t / (1 + Rabs t)).
Proof.
  apply (continuity_div (fun t => t) (fun t => 1 + Rabs t)).
  - apply derivable_continuous, derivable_id.
  - apply (continuity_plus (fun _ => 1) Rabs); [apply continuity_const; intros x y; reflexivity|apply Rcontinuity_abs].
  - intros t. generalize (Rabs_pos t). lra.
Qed.
Theorem gelu_continuity :
  continuity (fun t => t * (1 / 2 + RInt (V := R_CompleteNormedModule) (fun u => exp (- u² / 2)) 0 t / sqrt (2 * PI))).
Proof.
  assert (Hc : forall u, Continuity.continuous (fun u => exp (- u² / 2)) u).
  { intros u. apply (ex_derive_continuous (fun u => exp (- u² / 2))). unfold Rsqr. auto_derive. exact I. }
  apply limit_continuity with (fun t => (1 / 2 + RInt (fun u => exp (- u² / 2)) 0 t / sqrt (2 * PI)) + t * (exp (- t² / 2) / sqrt (2 * PI))).
  intros t. apply is_derive_Reals.
  assert (Hi : is_derive (fun t => RInt (fun u => exp (- u² / 2)) 0 t) t (exp (- t² / 2))).
  { apply (is_derive_RInt (fun u => exp (- u² / 2)) (fun t => RInt (fun u => exp (- u² / 2)) 0 t) 0 t); [|apply Hc].
    exists (mkposreal 1 Rlt_0_1). intros y _. apply (RInt_correct (fun u => exp (- u² / 2))). apply ex_RInt_continuous. intros z _. apply Hc. }
  assert (Hs : sqrt (2 * PI) <> 0) by (apply Rgt_not_eq, sqrt_lt_R0; generalize PI_RGT_0; lra).
  set (I := fun t => RInt (fun u => exp (- u² / 2)) 0 t) in *.
  change (is_derive (fun t => t * (1 / 2 + I t / sqrt (2 * PI))) t (1 / 2 + I t / sqrt (2 * PI) + t * (exp (- t² / 2) / sqrt (2 * PI)))).
  auto_derive; [exists (exp (- t² / 2)); exact Hi|].
  replace (Derive (fun x : R => I x) t) with (exp (- t² / 2)) by (symmetry; exact (is_derive_unique I t _ Hi)). field. exact Hs.
Qed.
