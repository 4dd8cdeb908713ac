(* The rank rule 4.1 at every layer, losses that are sums over samples, and the headline forms of the wide theorem 4.2.

   Networks and losses are as in Networks.v. A hidden layer is singled out by writing the list of layers as l1 ++ (d, b, s) :: l2: the layer has d units,
   the bias flag b and the activations s u; l1 are the layers before it (none: it is the first), l2 those after it.
   Half the squared error is the only loss spelled out here (hse); the theorems are for any convex loss. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks.
Import ListNotations.
Open Scope R_scope.

(* a network of l1 ++ l2 is one of l2 on the features of l1 *)
Lemma shift_shift a c th : shift a (shift c th) = shift (c + a) th.
Proof. apply functional_extensionality. intros k. unfold shift. f_equal. lia. Qed.
Lemma feat_app l1 l2 : forall n th x,
  feat n (l1 ++ l2) th x = feat (width n l1) l2 (shift (size n l1) th) (feat n l1 th x).
Proof.
  induction l1 as [|[[d b] s] r IH]; intros n th x; simpl.
  - reflexivity.
  - rewrite IH, shift_shift. reflexivity.
Qed.
Lemma width_app l1 l2 : forall n, width n (l1 ++ l2) = width (width n l1) l2.
Proof. induction l1 as [|[[d b] s] r IH]; intros n; simpl; auto. Qed.
Lemma size_app l1 l2 : forall n, size n (l1 ++ l2) = (size n l1 + size (width n l1) l2)%nat.
Proof. induction l1 as [|[[d b] s] r IH]; intros n; simpl; [auto|rewrite IH; lia]. Qed.

(* ---------- a hidden layer as the block ---------- *)
Section Mid.
Variables (n : nat) (l1 : list layer) (d : nat) (b : bool) (s : nat -> R -> R) (l2 : list layer)
  (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R).
Variable L : (nat -> nat -> R) -> R.
Hypothesis L_local : local N q L.
Let ls := l1 ++ (d, b, s) :: l2.
Let P := params n ls q bo.
Let off := size n l1.
Let m := width n l1.
Let F : vec -> nat -> nat -> R := fun th i => aug m (feat n l1 th (X i)).
Let G : vec -> (nat -> nat -> R) -> R := fun th Z => L (fun i =>
  dense (width d l2) q bo (shift (off + dsize m d b + size d l2) th)
    (feat d l2 (shift (off + dsize m d b) th) (fun u => s u (Z i u)))).
Let E := loss n ls q bo X L.
Let E' := fun th => G th (mulm (m + b2n b) (F th) (block (didx off m d) th)).

Lemma P_eq : P = (off + dsize m d b + size d l2 + dsize (width d l2) q bo)%nat.
Proof. unfold P, params, ls. rewrite size_app, width_app. simpl. fold m off. lia. Qed.

(* the loss in the form of Blocks.v: F is what enters the layer, G the rest of the network *)
Lemma E_eq th : E th = E' th.
Proof.
  apply L_local. intros i c _ Hc. unfold net, ls. rewrite feat_app, width_app, size_app. simpl.
  fold m off. rewrite shift_shift, Nat.add_assoc. apply dense_ext; [exact Hc|reflexivity|].
  apply feat_ext; [reflexivity|]. intros u Hu. f_equal. apply dense_mulm, Hu.
Qed.
Lemma F_ext x y : agree P (m + b2n b) d (didx off m d) x y ->
  forall i j, (i < N)%nat -> (j < m + b2n b)%nat -> F x i j = F y i j.
Proof.
  intros Ha i j _ _. unfold F, aug. destruct (Nat.ltb_spec j m) as [Hj|]; [|reflexivity].
  apply feat_ext; [|reflexivity|exact Hj]. intros k Hk.
  apply agree_before with (k := k) in Ha; [exact Ha|rewrite P_eq; lia|exact Hk].
Qed.
Lemma G_ext x y Z Z' : agree P (m + b2n b) d (didx off m d) x y ->
  (forall i c, (i < N)%nat -> (c < d)%nat -> Z i c = Z' i c) -> G x Z = G y Z'.
Proof.
  intros Ha HZ. apply L_local. intros i c Hi Hc.
  assert (Hk : forall k, (off + dsize m d b <= k)%nat -> (k < P)%nat -> x k = y k)
    by (intros k; apply agree_after with (1 := Ha)).
  rewrite P_eq in Hk. apply dense_ext; [exact Hc| |apply feat_ext].
  - intros k Hkk. apply Hk; lia.
  - intros k Hkk. apply Hk; lia.
  - intros u Hu. rewrite HZ; auto.
Qed.

(* Rule 4.1 (kernel) at a hidden layer: if what enters the layer (N x (m + 1) with a bias, else N x m) has rank below its number of columns at th, th lies in
   no basin. That th is no strict minimum either, and the form with two points that the kernel checks, are in RankRule.v. Kernel: line, _kernel. *)
Theorem rank_rule_hidden S th : (0 < d)%nat ->
  deficient N (m + b2n b) (F th) -> basin P E S -> ~ S th.
Proof.
  intros Hd Hdef HB.
  apply (rank_rule P N (m + b2n b) d (didx off m d)
    (fun j c => didx_lt off m d b P j c ltac:(rewrite P_eq; lia))
    (didx_inj off m d b) F F_ext G G_ext Hd S th Hdef).
  destruct HB as [H1 [H2 [H3 [e [He H4]]]]]. repeat (split; [assumption|]). exists e.
  split; [exact He|]. intros x y. fold (E' x) (E' y). rewrite <- !E_eq. apply H4.
Qed.
End Mid.

(* Rule 4.1 (kernel) at the output layer. Kernel: line, _kernel. *)
Theorem rank_rule_output n ls q b N X L S th : local N q L -> (0 < q)%nat ->
  deficient N (width n ls + b2n b) (fun i => aug (width n ls) (feat n ls th (X i))) ->
  basin (params n ls q b) (loss n ls q b X L) S -> ~ S th.
Proof.
  intros HL Hq Hdef HB.
  apply (rank_rule (params n ls q b) N _ q _ (Networks.i_lt n ls q b) (didx_inj (size n ls) (width n ls) q b)
    _ (Networks.F_ext n ls q b N X) (fun _ Z => L Z)) with (S := S); auto.
  apply basin_eq with (N := N); assumption.
Qed.

(* Losses that are sums over the samples: convex if every l i is. l i u is the loss of sample i at the outputs u; its target is part of l i. *)
Definition samples N (l : nat -> (nat -> R) -> R) : (nat -> nat -> R) -> R :=
  fun O => sum N (fun i => l i (O i)).
Lemma samples_convex N l :
  (forall i u v t, 0 <= t <= 1 ->
     l i (fun c => (1 - t) * u c + t * v c) <= (1 - t) * l i u + t * l i v) ->
  convex (samples N l).
Proof.
  intros H O O' t Ht. unfold samples. rewrite <- !sum_scal, <- sum_plus.
  apply sum_le. intros i _. apply H, Ht.
Qed.
Lemma samples_local N q l :
  (forall i u v, (forall c, (c < q)%nat -> u c = v c) -> l i u = l i v) -> local N q (samples N l).
Proof. intros H O O' HO. apply sum_ext. intros i Hi. apply H. intros c Hc. apply HO; assumption. Qed.

(* half the squared error |u - y|^2 / 2 in q outputs *)
Definition hse (q : nat) (y : nat -> R) (u : nat -> R) : R := sum q (fun c => (u c - y c) ^ 2) / 2.
Lemma hse_convex q y u v t : 0 <= t <= 1 ->
  hse q y (fun c => (1 - t) * u c + t * v c) <= (1 - t) * hse q y u + t * hse q y v.
Proof.
  intros Ht. unfold hse.
  assert (sum q (fun c => ((1 - t) * u c + t * v c - y c) ^ 2)
    <= (1 - t) * sum q (fun c => (u c - y c) ^ 2) + t * sum q (fun c => (v c - y c) ^ 2)); [|lra].
  rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros c _.
  assert (0 <= t * (1 - t) * (u c - v c) ^ 2).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra|apply pow2_ge_0]. }
  nra.
Qed.

(* Rule 4.2 for half the squared error, all hypotheses in view: width at least N, then no sub-optimal basin. Kernel: wide. *)
Theorem wide_hse n ls q b N X Y :
  (N <= width n ls + b2n b)%nat ->
  forall S, basin (params n ls q b) (loss n ls q b X (samples N (fun i => hse q (Y i)))) S ->
  ~ suboptimal (loss n ls q b X (samples N (fun i => hse q (Y i)))) S.
Proof.
  intros Hw. apply wide_network with (N := N); [| |exact Hw].
  - apply samples_local. intros i u v H. unfold hse. f_equal. apply sum_ext.
    intros c Hc. rewrite H by exact Hc. reflexivity.
  - apply samples_convex. intros. apply hse_convex. assumption.
Qed.

(* Rule 4.2 for strict minima, which are one-point basins: at width N every strict local minimum is global. *)
Theorem wide_strict n ls q b N X L : local N q L -> convex L -> (N <= width n ls + b2n b)%nat ->
  forall th, strict_min (params n ls q b) (loss n ls q b X L) th ->
  forall u, loss n ls q b X L th <= loss n ls q b X L u.
Proof.
  intros HL HC Hw th Hs u. destruct (Rle_lt_dec (loss n ls q b X L th) (loss n ls q b X L u)) as [|Hlt];
    [assumption|exfalso].
  assert (HE : forall x y, (forall k, (k < params n ls q b)%nat -> x k = y k) ->
     loss n ls q b X L x = loss n ls q b X L y).
  { intros x y Hxy. apply HL. intros i c _ Hc. apply net_ext; assumption. }
  apply (wide_network n ls q b N X L HL HC Hw _ (strict_min_basin _ _ th HE Hs)).
  exists u. intros x Hx. rewrite <- (HE th x Hx). exact Hlt.
Qed.

(* Sanity: the definition of basin is inhabited. An example: N = 1, linear net with one weight, y = 1, x = 1 *)
Example basin_exists : basin 1 (loss 1 [] 1 false (fun _ _ => 1) (samples 1 (fun _ => hse 1 (fun _ => 1))))
  (point 1 (fun _ => 1)).
Proof.
  apply strict_min_basin.
  - intros x y Hxy. unfold loss, samples, hse, net, dense, shift. simpl. rewrite (Hxy 0%nat) by lia. reflexivity.
  - exists 1. split; [lra|]. intros y _ [k [Hk Hne]]. replace k with 0%nat in Hne by lia.
    unfold loss, samples, hse, net, dense, shift. simpl.
    assert (0 < (y 0%nat - 1) ^ 2) by (rewrite <- Rsqr_pow2; apply Rsqr_pos_lt; lra). simpl in *. nra.
Qed.
