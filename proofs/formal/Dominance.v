Require Import Reals Lra Lia PeanoNat.
From Exactland Require Import Sums Basins Norms StrictMinimum.
Open Scope R_scope.

(** * The hint of rule 3.1: a square matrix R for which R^T H R is diagonally dominant

    H and R are P x P, given by their entries. [dominant] is THEOREMS.md, 3.1, "The hint for (ii)"; the written proof goes by Gershgorin's theorem, this one by
    |2 a b| <= a^2 + b^2. H need not be symmetric here; rows and columns of G = R^T H R are compared together. *)

Lemma sum_swap n m (f : nat -> nat -> R) : sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n as [|n IH]; simpl.
  - symmetry. apply sum_zero. reflexivity.
  - rewrite IH, <- sum_plus. reflexivity.
Qed.
Lemma sum_scal_r n a f : sum n (fun k => f k * a) = sum n f * a.
Proof. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. Qed.

Section Dominance.
Variables (P : nat) (H Rm : nat -> nat -> R).
Definition form (M : nat -> nat -> R) (d : nat -> R) : R := sum P (fun k => sum P (fun l => M k l * d k * d l)).
Definition image (y : nat -> R) : nat -> R := fun k => sum P (fun a => Rm k a * y a).
Definition G (a b : nat) : R := sum P (fun k => Rm k a * sum P (fun l => H k l * Rm l b)).
Definition frobenius2 : R := sum P (fun k => sum P (fun a => Rm k a * Rm k a)).
Definition others (a : nat) : R := sum P (fun b => if (b =? a)%nat then 0 else Rabs (G a b) + Rabs (G b a)).

Lemma form_image y : form H (image y) = form G y.
Proof.
  unfold form.
  transitivity (sum P (fun a => sum P (fun b => sum P (fun k => sum P (fun l => Rm k a * (H k l * Rm l b) * y a * y b))))).
  - transitivity (sum P (fun k => sum P (fun l => sum P (fun a => sum P (fun b => Rm k a * (H k l * Rm l b) * y a * y b))))).
    + apply sum_ext. intros k _. apply sum_ext. intros l _. unfold image.
      rewrite (Rmult_comm (H k l)), <- !sum_scal_r. apply sum_ext. intros a _. rewrite <- sum_scal. apply sum_ext. intros b _. ring.
    + transitivity (sum P (fun k => sum P (fun a => sum P (fun l => sum P (fun b => Rm k a * (H k l * Rm l b) * y a * y b))))).
      { apply sum_ext. intros k _. apply sum_swap. }
      rewrite sum_swap. apply sum_ext. intros a _.
      transitivity (sum P (fun k => sum P (fun b => sum P (fun l => Rm k a * (H k l * Rm l b) * y a * y b)))).
      { apply sum_ext. intros k _. apply sum_swap. }
      apply sum_swap.
  - apply sum_ext. intros a _. apply sum_ext. intros b _. unfold G.
    rewrite <- !sum_scal_r. apply sum_ext. intros k _. rewrite <- sum_scal, <- !sum_scal_r. apply sum_ext. intros l _. ring.
Qed.

(** a sum over pairs: the diagonal, and the rest *)
Lemma sum_diagonal (f : nat -> nat -> R) a : (a < P)%nat ->
  sum P (fun b => f a b) = f a a + sum P (fun b => if (b =? a)%nat then 0 else f a b).
Proof.
  intros Ha. rewrite (sum_ext P (fun b => f a b) (fun b => (if (b =? a)%nat then f a b else 0) + (if (b =? a)%nat then 0 else f a b))).
  - rewrite sum_plus. f_equal. rewrite (sum_single P _ a Ha); [rewrite Nat.eqb_refl; reflexivity|].
    intros b _ ne. destruct (Nat.eqb_spec b a); [contradiction|reflexivity].
  - intros b _. destruct (b =? a)%nat; ring.
Qed.

Lemma form_dominant mu y : (forall a, (a < P)%nat -> 2 * mu <= 2 * G a a - others a) -> mu * n2 P y <= form G y.
Proof.
  intros D. assert (HH : 2 * (mu * n2 P y) <= 2 * form G y); [|lra].
  apply Rle_trans with (sum P (fun a => (2 * G a a - others a) * (y a * y a))).
  - unfold n2, dot. rewrite <- !sum_scal. apply sum_le. intros a Ha.
    assert (Q : 0 <= y a * y a) by (generalize (Rle_0_sqr (y a)); unfold Rsqr; lra).
    replace (2 * (mu * (y a * y a))) with (2 * mu * (y a * y a)) by ring. apply Rmult_le_compat_r; [exact Q|apply D, Ha].
  - (* the off-diagonal terms, twice, are at least - |G a b| (y a ^2 + y b ^2) *)
    set (off := fun a b => if (b =? a)%nat then 0 else Rabs (G a b)).
    assert (S1 : sum P (fun a => others a * (y a * y a)) = sum P (fun a => sum P (fun b => off a b * (y a * y a + y b * y b)))).
    { transitivity (sum P (fun a => sum P (fun b => off a b * (y a * y a))) + sum P (fun a => sum P (fun b => off b a * (y a * y a)))).
      - rewrite <- sum_plus. apply sum_ext. intros a _. unfold others. rewrite <- sum_scal_r, <- sum_plus. apply sum_ext. intros b _.
        unfold off. rewrite (Nat.eqb_sym a b). destruct (b =? a)%nat; ring.
      - rewrite (sum_swap P P (fun a b => off b a * (y a * y a))), <- sum_plus. apply sum_ext. intros a _. rewrite <- sum_plus.
        apply sum_ext. intros b _. ring. }
    apply Rle_trans with (sum P (fun a => 2 * G a a * (y a * y a)) - sum P (fun a => others a * (y a * y a))).
    { right. unfold Rminus. rewrite (Ropp_mult_distr_l 1) || idtac.
      replace (- sum P (fun a => others a * (y a * y a))) with (-1 * sum P (fun a => others a * (y a * y a))) by ring.
      rewrite <- sum_scal, <- sum_plus. apply sum_ext. intros. ring. }
    rewrite S1. unfold form, Rminus.
    replace (- sum P (fun a => sum P (fun b => off a b * (y a * y a + y b * y b))))
      with (-1 * sum P (fun a => sum P (fun b => off a b * (y a * y a + y b * y b)))) by ring.
    rewrite <- !sum_scal, <- sum_plus. apply sum_le. intros a Ha.
    rewrite (sum_diagonal (fun a b => G a b * y a * y b) a Ha), <- sum_scal.
    assert (T : sum P (fun b => -1 * (off a b * (y a * y a + y b * y b))) <= 2 * sum P (fun b => if (b =? a)%nat then 0 else G a b * y a * y b)).
    { rewrite <- sum_scal. apply sum_le. intros b _. unfold off. destruct (b =? a)%nat; [lra|].
      assert (A1 := Rle_abs (G a b)). assert (A2 := Rle_abs (- G a b)). rewrite Rabs_Ropp in A2.
      assert (U := Rle_0_sqr (y a + y b)). assert (V := Rle_0_sqr (y a - y b)). unfold Rsqr in U, V. nra. }
    lra.
Qed.

Lemma image_bound y : n2 P (image y) <= frobenius2 * n2 P y.
Proof.
  unfold n2 at 1, dot, frobenius2. rewrite <- sum_scal_r. apply sum_le. intros k _.
  generalize (cauchy P (Rm k) y). unfold n2, dot, image. simpl. rewrite Rmult_1_r. auto.
Qed.

Theorem dominant lambda : 0 <= lambda -> 0 < lambda * frobenius2 ->
  (forall a, (a < P)%nat -> 2 * (lambda * frobenius2) <= 2 * G a a - others a) ->
  forall d, lambda * n2 P d <= form H d.
Proof.
  intros L Mu D d.
  assert (inj : forall v, (forall i, (i < P)%nat -> mulv P (Rm i) v = 0) -> forall j, (j < P)%nat -> v j = 0).
  { intros v Hv j Hj. assert (F := form_dominant _ v D). rewrite <- form_image in F.
    assert (Z : form H (image v) = 0).
    { unfold form. apply sum_zero. intros k Hk. apply sum_zero. intros l _. unfold image. specialize (Hv k Hk). unfold mulv in Hv. rewrite Hv. ring. }
    rewrite Z in F. assert (C := n2_coord P v j Hj). assert (0 <= v j ^ 2) by apply pow2_ge_0.
    assert (v j ^ 2 = 0) by nra. apply Rsqr_0_uniq. unfold Rsqr. lra. }
  destruct (surj P Rm inj d) as [y Hy].
  assert (E1 : n2 P d = n2 P (image y)).
  { apply sum_ext. intros k Hk. unfold image. specialize (Hy k Hk). unfold mulv in Hy. rewrite Hy. reflexivity. }
  assert (E2 : form H d = form H (image y)).
  { apply sum_ext. intros k Hk. apply sum_ext. intros l Hl. unfold image.
    assert (Hk' := Hy k Hk). assert (Hl' := Hy l Hl). unfold mulv in Hk', Hl'. rewrite Hk', Hl'. reflexivity. }
  rewrite E1, E2, form_image. apply Rle_trans with (lambda * frobenius2 * n2 P y); [|apply form_dominant, D].
  rewrite Rmult_assoc. apply Rmult_le_compat_l; [exact L|apply image_bound].
Qed.
End Dominance.
