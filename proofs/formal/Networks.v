(* Networks, and the wide theorem 4.2 for them.

   Modelling choices.
   - A network has n inputs, any number of hidden layers (also none), and a linear output layer with q outputs; each layer has a bias or not (a flag).
     Widths may be 0. Activations are arbitrary functions R -> R, one for every unit, not assumed continuous; they are defined on the whole line.
   - Parameters are flattened as in docs/reference/format.md: layer by layer; in a layer with n inputs and d units the weight of unit u for input j is at u * n + j, then
     the biases, unit u's at d * n + u; the output layer last, in the same way (dense, dsize, size, params).
   - Samples are X 0, ..., X (N - 1); equal ones are allowed. Targets are part of the loss function L, which maps the whole N x q matrix of outputs to R
     (Blocks.local: it reads those entries only). A sum over the samples of losses convex in the outputs is the case of WideTheorem.samples. *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Exactland Require Import Sums Basins Blocks.
Import ListNotations.
Open Scope R_scope.

(* A layer: number of units, bias flag, activation (any function; it may differ unit by unit). *)
Definition layer := (nat * bool * (nat -> R -> R))%type.
Definition b2n (b : bool) : nat := if b then 1%nat else 0%nat.
(* the parameters from the n-th on *)
Definition shift (n : nat) (th : vec) : vec := fun k => th (n + k)%nat.

(* one dense layer: n inputs, d units; weights of unit u at u*n .. u*n+n-1, biases at d*n+u *)
Definition dense (n d : nat) (b : bool) (th : vec) (x : nat -> R) : nat -> R :=
  fun u => sum n (fun j => x j * th (u * n + j)%nat) + (if b then th (d * n + u)%nat else 0).
Definition dsize (n d : nat) (b : bool) : nat := (d * n + b2n b * d)%nat.

(* units of the last hidden layer; number of hidden parameters; what the last hidden layer passes on for the input x *)
Fixpoint width (n : nat) (ls : list layer) : nat :=
  match ls with [] => n | (d, _, _) :: r => width d r end.
Fixpoint size (n : nat) (ls : list layer) : nat :=
  match ls with [] => O | (d, b, _) :: r => (dsize n d b + size d r)%nat end.
Fixpoint feat (n : nat) (ls : list layer) (th : vec) (x : nat -> R) : nat -> R :=
  match ls with
  | [] => x
  | (d, b, s) :: r => feat d r (shift (dsize n d b) th) (fun u => s u (dense n d b th x u))
  end.

(* the network: hidden layers ls, then a linear output layer with q outputs, bias flag b *)
Definition net n ls q b (th : vec) (x : nat -> R) : nat -> R :=
  dense (width n ls) q b (shift (size n ls) th) (feat n ls th x).
Definition params n ls q b : nat := (size n ls + dsize (width n ls) q b)%nat.

(* the loss as a function of the parameters *)
Definition loss n ls q b (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R) (th : vec) : R :=
  L (fun i c => net n ls q b th (X i) c).

(* layers and networks read their own parameters and inputs only *)
Lemma dense_ext n d b th th' x x' u : (u < d)%nat ->
  (forall k, (k < dsize n d b)%nat -> th k = th' k) ->
  (forall j, (j < n)%nat -> x j = x' j) -> dense n d b th x u = dense n d b th' x' u.
Proof.
  intros Hu Ht Hx. unfold dense, dsize in *. f_equal.
  - apply sum_ext. intros j Hj. rewrite Hx, Ht; [reflexivity| |exact Hj].
    assert (u * n + n <= d * n)%nat by nia. lia.
  - destruct b; [|reflexivity]. apply Ht. simpl. lia.
Qed.

Lemma feat_ext ls : forall n th th' x x',
  (forall k, (k < size n ls)%nat -> th k = th' k) ->
  (forall j, (j < n)%nat -> x j = x' j) ->
  forall u, (u < width n ls)%nat -> feat n ls th x u = feat n ls th' x' u.
Proof.
  induction ls as [|[[d b] s] r IH]; intros n th th' x x' Ht Hx u Hu; simpl in *.
  - apply Hx, Hu.
  - apply IH; [|clear u Hu; intros u Hu|exact Hu].
    + intros k Hk. unfold shift. apply Ht. lia.
    + f_equal. apply dense_ext; [exact Hu| |exact Hx]. intros k Hk. apply Ht. lia.
Qed.

Lemma net_ext n ls q b th th' x u : (u < q)%nat ->
  (forall k, (k < params n ls q b)%nat -> th k = th' k) ->
  net n ls q b th x u = net n ls q b th' x u.
Proof.
  unfold params. intros Hu Ht. unfold net. apply dense_ext; [exact Hu| |].
  - intros k Hk. unfold shift. apply Ht. lia.
  - apply feat_ext; [|reflexivity]. intros k Hk. apply Ht. lia.
Qed.

(* A layer as a block (Blocks.v) that begins at off. Coordinates of the block: weight (unit c, feature j) or the bias (j = n) *)
Definition didx (off n d : nat) (j c : nat) : nat :=
  if (j <? n)%nat then (off + (c * n + j))%nat else (off + (d * n + c))%nat.
(* features with a column 1 iff there is a bias *)
Definition aug (n : nat) (f : nat -> R) : nat -> R := fun j => if (j <? n)%nat then f j else 1.

Lemma didx_lt off n d b P j c : (off + dsize n d b <= P)%nat ->
  (j < n + b2n b)%nat -> (c < d)%nat -> (didx off n d j c < P)%nat.
Proof.
  unfold didx, dsize. intros HP Hj Hc. assert (c * n + n <= d * n)%nat by nia.
  destruct (Nat.ltb_spec j n); [lia|]. destruct b; simpl in *; lia.
Qed.
Lemma didx_ge off n d j c : (off <= didx off n d j c)%nat.
Proof. unfold didx. destruct (j <? n)%nat; lia. Qed.
Lemma didx_lt' off n d b j c :
  (j < n + b2n b)%nat -> (c < d)%nat -> (didx off n d j c < off + dsize n d b)%nat.
Proof. intros. apply didx_lt with (b := b); auto. Qed.
Lemma didx_inj off n d b j c j' c' :
  (j < n + b2n b)%nat -> (c < d)%nat -> (j' < n + b2n b)%nat -> (c' < d)%nat ->
  didx off n d j c = didx off n d j' c' -> j = j' /\ c = c'.
Proof.
  intros Hj Hc Hj' Hc' e. unfold didx in e.
  assert (c * n + n <= d * n)%nat by nia. assert (c' * n + n <= d * n)%nat by nia.
  destruct (Nat.ltb_spec j n), (Nat.ltb_spec j' n); try lia.
  - assert (e' : (c * n + j = c' * n + j')%nat) by lia.
    destruct (Nat.lt_trichotomy c c') as [Hlt|[->|Hgt]]; [|lia|].
    + assert (c * n + n <= c' * n)%nat by nia. lia.
    + assert (c' * n + n <= c * n)%nat by nia. lia.
  - destruct b; simpl in *; lia.
Qed.

(* a layer is the product of its block with the features *)
Lemma dense_mulm off n d b th f u : (u < d)%nat ->
  dense n d b (shift off th) f u
  = mulv (n + b2n b) (aug n f) (fun j => block (didx off n d) th j u).
Proof.
  intros Hu. unfold dense, mulv, block, shift.
  assert (Hs : sum n (fun j => aug n f j * th (didx off n d j u))
             = sum n (fun j => f j * th (off + (u * n + j))%nat)).
  { apply sum_ext. intros j Hj. unfold aug, didx.
    destruct (Nat.ltb_spec j n); [reflexivity|lia]. }
  destruct b; simpl.
  - rewrite Nat.add_1_r. simpl. rewrite Hs. unfold aug, didx. rewrite Nat.ltb_irrefl. ring.
  - rewrite Nat.add_0_r, Hs. ring.
Qed.

(* points that agree outside the block agree before it and after it *)
Lemma agree_before off n d b P x y k : agree P (n + b2n b) d (didx off n d) x y ->
  (off <= P)%nat -> (k < off)%nat -> x k = y k.
Proof. intros H HP Hk. apply H; [lia|]. intros j c _ _. generalize (didx_ge off n d j c). lia. Qed.
Lemma agree_after off n d b P x y k : agree P (n + b2n b) d (didx off n d) x y ->
  (off + dsize n d b <= k)%nat -> (k < P)%nat -> x k = y k.
Proof.
  intros H Hk HP. apply H; [exact HP|]. intros j c Hj Hc.
  generalize (didx_lt' off n d b j c Hj Hc). lia.
Qed.

(* ---------- the output layer as the block ---------- *)
Section Last.
Variables (n : nat) (ls : list layer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R).
Variable L : (nat -> nat -> R) -> R.
Hypothesis L_local : local N q L.
Let P := params n ls q b.
Let off := size n ls.
Let m := width n ls.

Let F : vec -> nat -> nat -> R := fun th i => aug m (feat n ls th (X i)).
Let E := loss n ls q b X L.
Let E' := fun th => L (mulm (m + b2n b) (F th) (block (didx off m q) th)).

(* the loss is that of Blocks.v: F are the last features, with a column 1 if the output layer has a bias *)
Lemma E_eq th : E th = E' th.
Proof. apply L_local. intros i c _ Hc. apply dense_mulm, Hc. Qed.

Lemma F_ext x y : agree P (m + b2n b) q (didx off m q) x y ->
  forall i j, (i < N)%nat -> (j < m + b2n b)%nat -> F x i j = F y i j.
Proof.
  intros Ha i j _ _. unfold F, aug. destruct (Nat.ltb_spec j m) as [Hj|]; [|reflexivity].
  apply feat_ext; [|reflexivity|exact Hj]. intros k Hk.
  apply agree_before with (k := k) in Ha; [exact Ha|unfold P, params; fold off; lia|exact Hk].
Qed.
Lemma basin_eq S : basin P E S -> basin P E' S.
Proof.
  intros [H1 [H2 [H3 [e [He H4]]]]]. repeat (split; [assumption|]). exists e. split; [exact He|].
  intros x y. rewrite <- !E_eq. apply H4.
Qed.
Lemma i_lt j c : (j < m + b2n b)%nat -> (c < q)%nat -> (didx off m q j c < P)%nat.
Proof. apply didx_lt. unfold P, params. fold off m. lia. Qed.

(* Rule 4.2, first half: if the last hidden layer's units, and 1 for an output bias, are at least as many as the samples, E has no sub-optimal basin: any
   depth, any activations, any data, any loss convex in the outputs. Kernel: wide. *)
Theorem wide_network : convex L -> (N <= m + b2n b)%nat ->
  forall S, basin P E S -> ~ suboptimal E S.
Proof.
  intros Lc Hw S HB [u Hu].
  apply (wide P N (m + b2n b) q (didx off m q) i_lt (didx_inj off m q b) F F_ext L L_local Lc Hw S).
  - apply basin_eq, HB.
  - exists u. intros x Sx. specialize (Hu x Sx). rewrite !E_eq in Hu. exact Hu.
Qed.
(* Rule 4.2, second half: if they are more than the samples, E has no basin at all (L need not even be convex here). Kernel: wide. *)
Theorem wide_network_none : (N < m + b2n b)%nat -> (0 < q)%nat -> forall S, ~ basin P E S.
Proof.
  intros Hw Hq S HB.
  apply (wide_none P N (m + b2n b) q (didx off m q) i_lt (didx_inj off m q b) F F_ext L L_local Hw Hq S).
  apply basin_eq, HB.
Qed.
End Last.
