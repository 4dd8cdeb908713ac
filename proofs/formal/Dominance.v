Require Import Reals Lra Lia PeanoNat.
From Exactland Require Import Sums Basins Norms StrictMinimum.
Open Scope R_scope.

(** * The hint of rule 3.1 for matrices that need not be symmetric

    [hint_lambda] (StrictMinimum.v) asks for a symmetric matrix. The check of Certified.v encloses every entry of H by an interval of its own and so compares
    rows and columns of R^T H R together; [dominant] gives it the same conclusion without symmetry, by [hint_lambda] for (H + H^T) / 2. *)

Section Dominance.
Variables (P : nat) (H Rm : nat -> nat -> R).
(** R^T H R in the order in which the check calculates it *)
Definition G (a b : nat) : R := sum P (fun k => Rm k a * sum P (fun l => H k l * Rm l b)).
Definition others (a : nat) : R := sum P (fun b => if (b =? a)%nat then 0 else Rabs (G a b) + Rabs (G b a)).
Definition symmetric_part (k l : nat) : R := (H k l + H l k) / 2.

Lemma form_symmetric_part d : qf P symmetric_part d = qf P H d.
Proof.
  unfold qf, symmetric_part.
  rewrite (sum_ext P _ (fun k => / 2 * sum P (fun l => H k l * d k * d l) + / 2 * sum P (fun l => H l k * d k * d l))).
  - rewrite sum_plus, !sum_scal, (sum_swap P P (fun k l => H l k * d k * d l)).
    rewrite (sum_ext P (fun j => sum P (fun i => H j i * d i * d j)) (fun j => sum P (fun i => H j i * d j * d i))).
    + field.
    + intros j _. apply sum_ext. intros i _. ring.
  - intros k _. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros l _. field.
Qed.
Lemma congruent_symmetric_part a b : congruent P Rm symmetric_part a b = (G a b + G b a) / 2.
Proof.
  assert (E : forall a b, G a b = sum P (fun i => sum P (fun j => Rm i a * H i j * Rm j b))).
  { intros a' b'. apply sum_ext. intros i _. rewrite <- sum_scal. apply sum_ext. intros j _. ring. }
  rewrite !E, (sum_swap P P (fun i j => Rm i b * H i j * Rm j a)). unfold congruent, symmetric_part, Rdiv.
  rewrite Rmult_comm, <- sum_plus, <- sum_scal. apply sum_ext. intros i _. rewrite <- sum_plus, <- sum_scal. apply sum_ext. intros j _. field.
Qed.
Lemma margin_symmetric_part a : 2 * G a a - others a <= 2 * margin P (congruent P Rm symmetric_part) a.
Proof.
  unfold margin, others. rewrite congruent_symmetric_part.
  assert (S : 2 * sum P (fun b => if (b =? a)%nat then 0 else Rabs (congruent P Rm symmetric_part a b))
    <= sum P (fun b => if (b =? a)%nat then 0 else Rabs (G a b) + Rabs (G b a))); [|lra].
  rewrite <- sum_scal. apply sum_le. intros b _. destruct (b =? a)%nat; [lra|].
  rewrite congruent_symmetric_part. unfold Rdiv. rewrite Rabs_mult, (Rabs_pos_eq (/ 2)) by lra.
  generalize (Rabs_triang (G a b) (G b a)). lra.
Qed.

Theorem dominant lambda : 0 < lambda * frobenius2 P Rm ->
  (forall a, (a < P)%nat -> 2 * (lambda * frobenius2 P Rm) <= 2 * G a a - others a) ->
  forall d, lambda * n2 P d <= qf P H d.
Proof.
  intros Mu D d. rewrite <- form_symmetric_part.
  apply hint_lambda with (Rm := Rm) (mu := lambda * frobenius2 P Rm).
  - intros i j _ _. unfold symmetric_part. field.
  - exact Mu.
  - intros a Ha. generalize (D a Ha) (margin_symmetric_part a). lra.
  - lra.
Qed.
End Dominance.
