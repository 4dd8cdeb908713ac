(* Rule 3.1 from enclosures of the single entries of the Hessian and the gradient, the rest by calculation over the rationals (kernel:
   strict_minimum, which does the same with balls): for every pair b <= a of indices an interval of midpoint M0 a b and radius D a b for the entry
   of the Hessian over the box, for every index a bound of the entry of the gradient at c. *)
Require Import Reals Lra Lia PeanoNat List Bool QArith Qabs Qreals.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum Derivatives Certificate ExactMinimum.
Import ListNotations.
Open Scope R_scope.

Lemma sum_abs n f : Rabs (sum n f) <= sum n (fun k => Rabs (f k)).
Proof.
  induction n as [|n IH]; simpl; [rewrite Rabs_R0; lra|]. eapply Rle_trans; [apply Rabs_triang|]. lra.
Qed.

(* by how much the entries of R^T M R can move *)
Definition spread (P : nat) (Rm D : nat -> nat -> R) (a b : nat) : R := sum P (fun i => sum P (fun j => Rabs (Rm i a) * D i j * Rabs (Rm j b))).
Lemma congruent_near P Rm M M0 D a b : (forall i j, (i < P)%nat -> (j < P)%nat -> Rabs (M i j - M0 i j) <= D i j) ->
  Rabs (congruent P Rm M a b - congruent P Rm M0 a b) <= spread P Rm D a b.
Proof.
  intros H. unfold congruent, spread. rewrite <- sum_minus. eapply Rle_trans; [apply sum_abs|]. apply sum_le. intros i Hi.
  rewrite <- sum_minus. eapply Rle_trans; [apply sum_abs|]. apply sum_le. intros j Hj.
  replace (Rm i a * M i j * Rm j b - Rm i a * M0 i j * Rm j b) with (Rm i a * (M i j - M0 i j) * Rm j b) by ring.
  rewrite !Rabs_mult. apply Rmult_le_compat_r; [apply Rabs_pos|]. apply Rmult_le_compat_l; [apply Rabs_pos|apply H; assumption].
Qed.
Lemma margin_near P Rm M M0 D a : (forall i j, (i < P)%nat -> (j < P)%nat -> Rabs (M i j - M0 i j) <= D i j) -> (a < P)%nat ->
  margin P (congruent P Rm M0) a - sum P (spread P Rm D a) <= margin P (congruent P Rm M) a.
Proof.
  intros H Ha. unfold margin. assert (Hn := fun b => congruent_near P Rm M M0 D a b H).
  set (G := congruent P Rm M) in *. set (G0 := congruent P Rm M0) in *. set (S := spread P Rm D) in *.
  assert (Hs : sum P (fun b => if (b =? a)%nat then 0 else Rabs (G a b)) + sum P (fun b => if (b =? a)%nat then S a b else 0)
     <= sum P (fun b => if (b =? a)%nat then 0 else Rabs (G0 a b)) + sum P (S a)).
  { rewrite <- !sum_plus. apply sum_le. intros b Hb. destruct (b =? a)%nat; [lra|]. specialize (Hn b).
    assert (Rabs (G a b) <= Rabs (G0 a b) + Rabs (G a b - G0 a b)); [|lra].
    replace (G a b) with (G0 a b + (G a b - G0 a b)) at 1 by ring. apply Rabs_triang. }
  rewrite sum_delta in Hs by exact Ha. specialize (Hn a). generalize (Rle_abs (- (G a a - G0 a a))). rewrite Rabs_Ropp. lra.
Qed.

(* ---------- the rest over the rationals ---------- *)
Fixpoint sumQ (n : nat) (f : nat -> Q) : Q := match n with O => 0%Q | S k => Qred (sumQ k f + f k) end.
Definition lowerQ (M : list (list Q)) (a b : nat) : Q := if (b <=? a)%nat then entryQ M a b else entryQ M b a.
Definition marginQ (P : nat) (Rm M0 D : list (list Q)) (a : nat) : Q :=
  (sumQ P (fun b => let G := sumQ P (fun i => sumQ P (fun j => entryQ Rm i a * lowerQ M0 i j * entryQ Rm j b)) in
                    if (b =? a)%nat then G else - Qabs G)
   - sumQ P (fun b => sumQ P (fun i => sumQ P (fun j => Qabs (entryQ Rm i a) * lowerQ D i j * Qabs (entryQ Rm j b)))))%Q.
Definition dominatedQ (P : nat) (Rm M0 D : list (list Q)) (mu lambda : Q) : bool :=
  Qle_bool (lambda * sumQ P (fun i => sumQ P (fun a => entryQ Rm i a * entryQ Rm i a)))%Q mu
  && forallb (fun a => Qle_bool mu (marginQ P Rm M0 D a)) (seq 0 P).

Lemma Q2R_red x : Q2R (Qred x) = Q2R x.
Proof. apply Qeq_eqR, Qred_correct. Qed.
Lemma Q2R_sumQ n f : Q2R (sumQ n f) = sum n (fun k => Q2R (f k)).
Proof. induction n as [|n IH]; cbn [sumQ sum]; [apply RMicromega.Q2R_0|]. rewrite Q2R_red, Q2R_plus, IH. reflexivity. Qed.
Lemma Q2R_abs x : Q2R (Qabs x) = Rabs (Q2R x).
Proof.
  apply Qabs_case; intros H; apply Qle_Rle in H; rewrite RMicromega.Q2R_0 in H.
  - rewrite Rabs_pos_eq; [reflexivity|exact H].
  - rewrite Q2R_opp, Rabs_left1; [reflexivity|exact H].
Qed.
Definition realM (M : list (list Q)) (a b : nat) : R := Q2R (entryQ M a b).
Definition realL (M : list (list Q)) (a b : nat) : R := Q2R (lowerQ M a b).

Lemma Q2R_marginQ P Rm M0 D a : (a < P)%nat -> Q2R (marginQ P Rm M0 D a)
  = margin P (congruent P (realM Rm) (realL M0)) a - sum P (spread P (realM Rm) (realL D) a).
Proof.
  intros Ha. unfold marginQ. rewrite Q2R_minus, !Q2R_sumQ. f_equal.
  - set (G := congruent P (realM Rm) (realL M0)).
    assert (HG : forall b, Q2R (sumQ P (fun i => sumQ P (fun j => (entryQ Rm i a * lowerQ M0 i j * entryQ Rm j b)%Q))) = G a b).
    { intros b. rewrite Q2R_sumQ. apply sum_ext. intros i _. rewrite Q2R_sumQ. apply sum_ext. intros j _. rewrite !Q2R_mult. reflexivity. }
    unfold margin. rewrite <- (sum_delta P a (fun b => G a b) Ha) at 1. rewrite <- sum_minus. apply sum_ext. intros b _. cbv zeta.
    destruct (b =? a)%nat; [rewrite HG; ring|]. rewrite Q2R_opp, Q2R_abs, HG. ring.
  - apply sum_ext. intros b _. rewrite Q2R_sumQ. apply sum_ext. intros i _. rewrite Q2R_sumQ. apply sum_ext. intros j _.
    rewrite !Q2R_mult, !Q2R_abs. reflexivity.
Qed.
(* the boolean is true: hypothesis (ii) of rule 3.1 by the hint *)
Theorem dominatedQ_sound P Rm M0 D mu lambda M : dominatedQ P Rm M0 D mu lambda = true ->
  (forall a b, (a < P)%nat -> (b < P)%nat -> M a b = M b a) ->
  (forall a b, (a < P)%nat -> (b <= a)%nat -> Rabs (M a b - realM M0 a b) <= realM D a b) ->
  Q2R lambda * frobenius2 P (realM Rm) <= Q2R mu /\
  forall a, (a < P)%nat -> Q2R mu <= margin P (congruent P (realM Rm) M) a.
Proof.
  intros H Hsym HM. apply andb_prop in H. destruct H as [Hf Hr]. split.
  - apply Qle_bool_iff, Qle_Rle in Hf. rewrite Q2R_mult, Q2R_sumQ in Hf. eapply Rle_trans; [|exact Hf]. right. f_equal.
    apply sum_ext. intros i _. rewrite Q2R_sumQ. apply sum_ext. intros a _. rewrite Q2R_mult. unfold realM. ring.
  - intros a Ha. rewrite forallb_forall in Hr. assert (Hra := Hr a (proj2 (in_seq P 0 a) ltac:(lia))).
    apply Qle_bool_iff, Qle_Rle in Hra. rewrite Q2R_marginQ in Hra by exact Ha.
    eapply Rle_trans; [exact Hra|]. apply margin_near; [|exact Ha].
    intros i j Hi Hj. unfold realL, lowerQ. destruct (Nat.leb_spec j i).
    + apply HM; lia.
    + rewrite (Hsym i j) by assumption. apply HM; lia.
Qed.

(* a bound of the gradient, entry by entry *)
Lemma slope_entries P g s gamma : (forall k, (k < P)%nat -> Rabs (g k) <= Q2R (nth k s 0%Q)) ->
  Qle_bool (sumQ P (fun k => nth k s 0%Q * nth k s 0%Q)%Q) (gamma * gamma)%Q = true -> n2 P g <= Q2R gamma ^ 2.
Proof.
  intros Hk Hs. apply Qle_bool_iff, Qle_Rle in Hs. rewrite Q2R_sumQ, Q2R_mult in Hs.
  replace (Q2R gamma ^ 2) with (Q2R gamma * Q2R gamma) by ring. eapply Rle_trans; [|exact Hs]. apply sum_le. intros k HkP.
  specialize (Hk k HkP). rewrite Q2R_mult. generalize (pow2_abs (g k)) (Rabs_pos (g k)). nra.
Qed.

(* ---------- a certificate: all numbers rational ---------- *)
Definition vecQ (l : list Q) : vec := fun k => Q2R (nth k l 0%Q).
Definition ltQ (x y : Q) : bool := negb (Qle_bool y x).
Lemma ltQ_sound x y : ltQ x y = true -> Q2R x < Q2R y.
Proof.
  intros H. apply Qlt_Rlt, Qnot_le_lt. intros Hle. apply Qle_bool_iff in Hle. unfold ltQ in H. rewrite Hle in H. discriminate.
Qed.
Lemma leQ_sound x y : Qle_bool x y = true -> Q2R x <= Q2R y.
Proof. intros H. apply Qle_Rle, Qle_bool_iff, H. Qed.

(* center and radius of the box, lambda, gamma and mu of rule 3.1, the hint R, midpoints M0 and radii D of the entries of the Hessian (lower
   triangle), bounds s of those of the gradient; the stated center and delta, the witness with an upper bound of its loss, a lower bound of the
   loss at the center, and the gap *)
Record numbers := Numbers {
  center : list Q; radius : Q; lambda_ : Q; gamma_ : Q; mu_ : Q; hint_ : list (list Q); middles : list (list Q); radii : list (list Q); slopes : list Q;
  stated : list Q; delta_ : Q; witness : list Q; upper : Q; lower_ : Q; gap_ : Q }.
Definition check (P : nat) (d : numbers) : bool :=
  ltQ 0 (radius d) && ltQ 0 (lambda_ d) && Qle_bool 0 (gamma_ d) && ltQ 0 (mu_ d) && ltQ (gamma_ d) (lambda_ d * radius d)
  && dominatedQ P (hint_ d) (middles d) (radii d) (mu_ d) (lambda_ d)
  && Qle_bool (sumQ P (fun k => nth k (slopes d) 0 * nth k (slopes d) 0)%Q) (gamma_ d * gamma_ d)
  && ltQ 0 (gap_ d) && Qle_bool (gamma_ d) (delta_ d * lambda_ d)
  && Qle_bool (sumQ P (fun k => let e := (nth k (center d) 0 - nth k (stated d) 0)%Q in (e * e)%Q))
       ((delta_ d - gamma_ d / lambda_ d) * (delta_ d - gamma_ d / lambda_ d))
  && Qle_bool (upper d + gap_ d) (lower_ d - gamma_ d * gamma_ d / (2 * lambda_ d)).

Section Calculation.
Variables (n : nat) (ls : list dlayer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (T : nat -> tree) (d : numbers).
Let P := params n (plain ls) q b.
Let J := jloss n ls q b N X T.
Let E := tree_loss n ls q b N X T.
Let c := vecQ (center d).

(* RULES 3.1, 3.2 and CLAIM for a network (kernel: strict_minimum, sub_optimal, conclude): one boolean, the entries of the Hessian over the box,
   those of the gradient at the center, and two values of the loss. *)
Theorem certificate_by_enclosures : check P d = true ->
  (forall z, box P c (Q2R (radius d)) z -> regular_loss twice n ls q b N X T z) ->
  (forall z, box P c (Q2R (radius d)) z ->
    forall k l, (k < P)%nat -> (l <= k)%nat -> Rabs (hess J z k l - realM (middles d) k l) <= realM (radii d) k l) ->
  (forall k, (k < P)%nat -> Rabs (grad J c k) <= vecQ (slopes d) k) ->
  Q2R (lower_ d) <= value (J c) -> value (J (vecQ (witness d))) <= Q2R (upper d) ->
  exists th, n2 P (sub th (vecQ (stated d))) <= Q2R (delta_ d) ^ 2 /\ strict_min P E th /\
    E (vecQ (witness d)) <= E th - Q2R (gap_ d) /\ basin P E (point P th) /\ suboptimal E (point P th).
Proof.
  intros Hc Hsm HM Hg Hlow Hup. unfold check in Hc.
  rewrite !andb_true_iff in Hc. destruct Hc as [[[[[[[[[[Hr Hla] Hga] Hmu] Hsmall] Hdom] Hslope] Hgap] Hnear] Hdist] Hgain].
  apply ltQ_sound in Hr, Hla, Hmu, Hsmall, Hgap. apply leQ_sound in Hga, Hnear, Hdist, Hgain. rewrite RMicromega.Q2R_0 in *.
  rewrite Q2R_mult in Hsmall, Hnear.
  assert (Hl0 : ~ (lambda_ d == 0)%Q) by (intros e; apply Qeq_eqR in e; rewrite RMicromega.Q2R_0 in e; lra).
  assert (Hratio : Q2R (gamma_ d / lambda_ d) = Q2R (gamma_ d) / Q2R (lambda_ d)) by (apply Q2R_div, Hl0).
  assert (HJ : forall z, box P c (Q2R (radius d)) z -> derived P J z) by (intros z Hz; apply derived_loss; [apply le_n|apply Hsm, Hz]).
  assert (Hrows : forall z, box P c (Q2R (radius d)) z -> Q2R (lambda_ d) * frobenius2 P (realM (hint_ d)) <= Q2R (mu_ d) /\
    forall a, (a < P)%nat -> Q2R (mu_ d) <= margin P (congruent P (realM (hint_ d)) (hess J z)) a).
  { intros z Hz. apply dominatedQ_sound with (M0 := middles d) (D := radii d); [exact Hdom|intros i j _ _; apply (HJ z Hz)|apply HM, Hz]. }
  assert (Bc : box P c (Q2R (radius d)) c) by (intros k _; rewrite Rminus_diag_eq, Rabs_R0 by reflexivity; lra).
  apply (bad_minimum_certificate n ls q b N X T c (Q2R (radius d)) (Q2R (lambda_ d)) (Q2R (gamma_ d)) (Q2R (mu_ d)) (realM (hint_ d)));
    fold P; fold J; try assumption.
  - intros z Hz. apply Hrows, Hz.
  - apply (Hrows c Bc).
  - apply slope_entries with (s := slopes d); [exact Hg|exact Hslope].
  - apply (Rmult_le_reg_r (Q2R (lambda_ d))); [lra|]. replace (Q2R (gamma_ d) / Q2R (lambda_ d) * Q2R (lambda_ d)) with (Q2R (gamma_ d)); [lra|].
    field. lra.
  - rewrite Q2R_sumQ, Q2R_mult, Q2R_minus, Hratio in Hdist.
    replace ((Q2R (delta_ d) - Q2R (gamma_ d) / Q2R (lambda_ d)) ^ 2)
      with ((Q2R (delta_ d) - Q2R (gamma_ d) / Q2R (lambda_ d)) * (Q2R (delta_ d) - Q2R (gamma_ d) / Q2R (lambda_ d))) by ring.
    eapply Rle_trans; [|exact Hdist]. right. apply sum_ext. intros k _. cbv zeta. rewrite Q2R_mult, Q2R_minus. reflexivity.
  - assert (H2 : Q2R (gamma_ d * gamma_ d / (2 * lambda_ d)) = Q2R (gamma_ d) ^ 2 / (2 * Q2R (lambda_ d))).
    { rewrite Q2R_div, !Q2R_mult; [replace (Q2R 2) with 2 by (unfold Q2R; simpl; lra); field; lra|].
      intros e. apply Qeq_eqR in e. rewrite Q2R_mult, RMicromega.Q2R_0 in e. unfold Q2R at 1 in e. simpl in e. lra. }
    rewrite Q2R_plus, Q2R_minus, H2 in Hgain. lra.
Qed.
End Calculation.

(* For a generated file: after unfolding its own names (the numbers, layers and data), this leaves inequalities between explicit expressions. A
   narrow box is worth it: the interval tactic encloses the sine of an interval less narrowly than the kernel does. *)
Ltac compute_numbers := unfold vecQ, realM, entryQ, Q2R; cbv beta iota zeta delta [center radius middles radii slopes witness upper lower_];
  compute_jets; cbv beta iota zeta delta [Qnum Qden].
