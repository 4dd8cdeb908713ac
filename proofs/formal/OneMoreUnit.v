(* Rule 4.5, one more unit: a strict minimum that is not global, at width N - 1 (counting an output bias), lies in no sub-optimal basin at width N.

   - The last hidden layer has d units, the bias flag b and the activations s u, and comes after the layers l1; m units enter it. The wider network has one
     more unit there, of activation snew; it is the last unit of its layer. With the output bias the width is d + 1 or d + 2, and N by hypothesis.
   - widen th w are the parameters th with that unit put in: incoming weights w 0, ..., w (m - 1) and the bias w m (if b), outgoing weights zero. Its other
     entries are those of th at their new places in the flattened vector (widen_before, widen_hidden, widen_output).
   - The matrix of the written rule, of the last features at th, the new unit and 1 with an output bias, is extended_features.
   - B is any set of parameters, for the box of rule 3.1 (StrictMinimum.v), which gives the strict minimum in it; the kernel shows that the matrix is
     invertible for every point of B with PointwiseRank.invertible_by_approximate_inverse and balls. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule PointwiseRank Paths.
Import ListNotations.
Open Scope R_scope.

Section OneMore.
Variables (n : nat) (l1 : list layer) (d : nat) (b : bool) (s : nat -> R -> R) (snew : R -> R) (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R).
Variable L : (nat -> nat -> R) -> R.
Hypothesis L_local : local N q L.
Definition narrow : list layer := l1 ++ [(d, b, s)].
Definition wider : list layer := l1 ++ [(S d, b, fun u => if (u =? d)%nat then snew else s u)].
Let m := width n l1.
Let off := size n l1.
Let after := (off + dsize m d b)%nat.
Let after' := (off + dsize m (S d) b)%nat.

(* entry j of unit u of the wider layer (bias: j = m), and entry j of output c (the new unit: j = d; bias: j = d + 1) *)
Definition hidden_entry (th : vec) (w : nat -> R) (j u : nat) : R := if (u <? d)%nat then th (didx off m d j u) else w j.
Definition output_entry (th : vec) (j c : nat) : R :=
  if (j <? d)%nat then th (didx after d q j c) else if (j =? d)%nat then 0 else th (didx after d q d c).
Definition widen (th : vec) (w : nat -> R) : vec := fun k => if (k <? off)%nat then th k else
  dir (m + b2n b) (S d) (didx off m (S d)) (hidden_entry th w) k + dir (S d + b2n bo) q (didx after' (S d) q) (output_entry th) k.

Lemma widen_before th w k : (k < off)%nat -> widen th w k = th k.
Proof. intros Hk. unfold widen. destruct (Nat.ltb_spec k off); [reflexivity|lia]. Qed.
Lemma widen_hidden th w j u : (j < m + b2n b)%nat -> (u < S d)%nat -> widen th w (didx off m (S d) j u) = hidden_entry th w j u.
Proof.
  intros Hj Hu. assert (H1 := didx_ge off m (S d) j u). assert (H2 := didx_lt' off m (S d) b j u Hj Hu).
  unfold widen. destruct (Nat.ltb_spec (didx off m (S d) j u) off); [lia|].
  rewrite (dir_in _ _ _ (didx_inj off m (S d) b)) by assumption. rewrite dir_out; [ring|].
  intros j' c' _ _ e. assert (H3 := didx_ge after' (S d) q j' c'). unfold after' in *. lia.
Qed.
Lemma widen_output th w j c : (j < S d + b2n bo)%nat -> (c < q)%nat -> widen th w (didx after' (S d) q j c) = output_entry th j c.
Proof.
  intros Hj Hc. assert (H1 := didx_ge after' (S d) q j c).
  unfold widen. destruct (Nat.ltb_spec (didx after' (S d) q j c) off); [unfold after' in *; lia|].
  rewrite (dir_in _ _ _ (didx_inj after' (S d) q bo)) by assumption. rewrite dir_out; [ring|].
  intros j' u' Hj' Hu' e. assert (H3 := didx_lt' off m (S d) b j' u' Hj' Hu'). unfold after' in *. lia.
Qed.

(* the features of th, the new unit, and 1 *)
Definition new_unit (th : vec) (w : nat -> R) (i : nat) : R :=
  snew (sum (width n l1) (fun j => feat n l1 th (X i) j * w j) + (if b then w (width n l1) else 0)).
Definition extended_features (th : vec) (w : nat -> R) (i j : nat) : R :=
  if (j <? d)%nat then feat n narrow th (X i) j else if (j =? d)%nat then new_unit th w i else 1.

Lemma feat_last d' s' th x u : feat n (l1 ++ [(d', b, s')]) th x u = s' u (dense m d' b (shift off th) (feat n l1 th x) u).
Proof. rewrite feat_app. reflexivity. Qed.
Lemma widened_below th w x j : (j < m)%nat -> feat n l1 (widen th w) x j = feat n l1 th x j.
Proof. intros Hj. apply feat_ext; [|reflexivity|exact Hj]. intros k Hk. apply widen_before, Hk. Qed.
Lemma widened_features th w i j : (j < S d)%nat -> feat n wider (widen th w) (X i) j = extended_features th w i j.
Proof.
  intros Hj. unfold wider, extended_features, narrow. rewrite !feat_last.
  rewrite (dense_ext m (S d) b _ (shift off (widen th w)) _ (feat n l1 th (X i)) j Hj)
    by (try reflexivity; intros j' Hj'; apply widened_below, Hj').
  destruct (Nat.ltb_spec j d) as [Hlt|Hge].
  - destruct (Nat.eqb_spec j d); [lia|]. f_equal. rewrite !dense_mulm by assumption.
    apply mulv_ext; [reflexivity|]. intros j' Hj'. unfold block. rewrite widen_hidden by assumption.
    unfold hidden_entry. destruct (Nat.ltb_spec j d); [reflexivity|lia].
  - replace j with d by lia. rewrite Nat.eqb_refl. unfold new_unit. f_equal. rewrite dense_mulm by lia.
    rewrite (mulv_ext (m + b2n b) _ (aug m (feat n l1 th (X i))) _ w).
    + unfold mulv. rewrite sum_app. f_equal.
      * apply sum_ext. intros k Hk. unfold aug. destruct (Nat.ltb_spec k m); [reflexivity|lia].
      * destruct b; simpl; [|reflexivity]. rewrite Nat.add_0_r. unfold aug. rewrite Nat.ltb_irrefl. fold m. ring.
    + reflexivity.
    + intros j' Hj'. unfold block. rewrite widen_hidden by (assumption || lia). unfold hidden_entry. rewrite Nat.ltb_irrefl. reflexivity.
Qed.
Lemma widths : width n narrow = d /\ width n wider = S d /\ size n narrow = after /\ size n wider = after'.
Proof. unfold narrow, wider, after, after'. rewrite !width_app, !size_app. simpl. fold m off. repeat split; lia. Qed.
Lemma widened_entering th w i j : (j < S d + b2n bo)%nat -> entering n X wider (widen th w) i j = extended_features th w i j.
Proof.
  intros Hj. unfold entering, aug. destruct widths as [_ [-> _]]. destruct (Nat.ltb_spec j (S d)); [apply widened_features; assumption|].
  unfold extended_features. destruct (Nat.ltb_spec j d); [lia|]. destruct (Nat.eqb_spec j d); [lia|reflexivity].
Qed.

(* The new unit, its outgoing weights zero, changes no output, whatever its incoming weights are. *)
Lemma widened_output th w i c : (c < q)%nat -> net n wider q bo (widen th w) (X i) c = net n narrow q bo th (X i) c.
Proof.
  intros Hc. unfold net. destruct widths as [-> [-> [-> ->]]].
  rewrite (dense_ext (S d) q bo _ (shift after' (widen th w)) _ (extended_features th w i) c Hc)
    by (try reflexivity; intros j Hj; apply widened_features, Hj).
  rewrite !dense_mulm by exact Hc. unfold mulv. rewrite !sum_app. f_equal.
  - change (sum (S d) ?f) with (sum d f + f d). cbv beta. unfold block. rewrite (widen_output th w d c) by (assumption || lia).
    unfold output_entry at 1. rewrite Nat.ltb_irrefl, Nat.eqb_refl, Rmult_0_r, Rplus_0_r.
    apply sum_ext. intros j Hj. rewrite widen_output by (assumption || lia). unfold output_entry, aug, extended_features.
    destruct (Nat.ltb_spec j d); [|lia]. destruct (Nat.ltb_spec j (S d)); [reflexivity|lia].
  - apply sum_ext. intros j Hj. assert (j = 0%nat) by (destruct bo; simpl in Hj; lia). subst j. rewrite !Nat.add_0_r.
    unfold block. rewrite widen_output by (assumption || lia). unfold output_entry, aug.
    rewrite !Nat.ltb_irrefl. destruct (Nat.ltb_spec (S d) d); [lia|]. destruct (Nat.eqb_spec (S d) d); [lia|reflexivity].
Qed.
Theorem widened_loss th w : loss n wider q bo X L (widen th w) = loss n narrow q bo X L th.
Proof. apply L_local. intros i c _ Hc. apply widened_output, Hc. Qed.

(* ---------- rule 4.5 ---------- *)
Hypothesis L_convex : convex L.
Hypothesis wide_enough : (S d + b2n bo)%nat = N.
Variables (w : nat -> R) (B : vec -> Prop).
Hypothesis invertible : forall th, B th -> injective N N (extended_features th w).
Let P := params n narrow q bo.
Let E := loss n narrow q bo X L.
Let P' := params n wider q bo.
Let E' := loss n wider q bo X L.

Lemma widened_columns th y : B th -> exists v, forall i, (i < N)%nat -> mulv (width n wider + b2n bo) (entering n X wider (widen th w) i) v = y i.
Proof.
  intros Hth. destruct (surj N (extended_features th w) (invertible th Hth) y) as [v Hv]. exists v. intros i Hi.
  destruct widths as [_ [-> _]]. rewrite wide_enough, <- (Hv i Hi). apply mulv_ext; [|reflexivity].
  intros j Hj. apply widened_entering. lia.
Qed.
Theorem widened_reaches_all th : B th -> reaches_all n wider q bo N X (widen th w).
Proof. intros Hth u. apply reach_from_columns. intros c _. apply widened_columns, Hth. Qed.

(* Rule 4.5: from every th in B, the new unit put in, every loss of the wider network up to E th is reached on a segment on which E is never above E th. *)
Theorem one_more_unit_segment th : B th -> forall u, E' u <= E th ->
  exists y, differ_output n q bo wider (widen th w) y /\ E' y = E' u /\
    forall t, 0 <= t <= 1 -> E' (line (widen th w) (minus y (widen th w)) t) <= E th.
Proof.
  intros Hth u Hu. unfold E in *. rewrite <- (widened_loss th w) in *.
  apply (reaches_all_segment n wider q bo N X L L_local L_convex _ (widened_reaches_all th Hth) u Hu).
Qed.
(* Rule 4.5, half the squared error: such a segment leads to the loss 0. *)
Theorem one_more_unit_fits th Y : (forall O, L O = samples N (fun i => hse q (Y i)) O) -> B th ->
  exists y, differ_output n q bo wider (widen th w) y /\ E' y = 0 /\
    forall t, 0 <= t <= 1 -> E' (line (widen th w) (minus y (widen th w)) t) <= E th.
Proof.
  intros HL Hth.
  destruct (reach_from_columns n wider q bo N X (widen th w) Y) as [y [Hd Ho]].
  { intros c _. apply widened_columns, Hth. }
  assert (e : E' y = 0).
  { unfold E', loss. rewrite HL. apply sum_zero. intros i Hi. unfold hse. rewrite sum_zero; [lra|].
    intros c Hc. rewrite Ho by assumption. ring. }
  exists y. split; [exact Hd|]. split; [exact e|]. unfold E. rewrite <- (widened_loss th w).
  apply below_chord_below_start.
  - apply affine_outputs_below_chord with N; [exact L_local|exact L_convex|]. apply differ_output_affine, Hd.
  - fold E'. rewrite e. unfold E', loss. rewrite HL. apply Rle_trans with (sum N (fun _ => 0)); [rewrite sum_zero by reflexivity; lra|].
    apply sum_le. intros i _. unfold hse.
    assert (0 <= sum q (fun c => (net n wider q bo (widen th w) (X i) c - Y i c) ^ 2)); [|lra].
    rewrite <- (sum_zero q (fun _ => 0)) by reflexivity. apply sum_le. intros c _. apply pow2_ge_0.
Qed.
(* Rule 4.5, basins: for every th in B, with the new unit put in, E escapes to its infimum, and no sub-optimal basin contains the point. *)
Theorem one_more_unit_no_bad_basin th : B th ->
  escape_to_infimum E' (widen th w) /\ forall S, basin P' E' S -> suboptimal E' S -> ~ S (widen th w).
Proof.
  intros Hth. assert (Hr := widened_reaches_all th Hth).
  assert (Hesc : escape_to_infimum E' (widen th w)).
  { apply (path_to_infimum n wider q bo N X L L_local L_convex (widen th w) []); [exact I|left; exact Hr]. }
  split; [exact Hesc|]. apply escape_no_bad_basin, Hesc.
Qed.
(* Rule 4.5 as it is used: a strict minimum in B that is not global is a bad basin at its width; with one more unit the same point, of the same loss, lies in
   no sub-optimal basin. Kernel: one_more_unit. *)
Theorem one_more_unit_rule th : B th -> strict_min P E th -> (exists u, E u < E th) ->
  (basin P E (point P th) /\ suboptimal E (point P th)) /\
  E' (widen th w) = E th /\ escape_to_infimum E' (widen th w) /\ forall S, basin P' E' S -> suboptimal E' S -> ~ S (widen th w).
Proof.
  intros Hth Hs [u Hu]. assert (Hr : reads P E) by (apply loss_reads with N, L_local).
  split; [split|split; [apply widened_loss|apply one_more_unit_no_bad_basin, Hth]].
  - apply strict_min_basin; assumption.
  - exists u. intros x Hx. rewrite <- (Hr th x Hx). exact Hu.
Qed.
End OneMore.
