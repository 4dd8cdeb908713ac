(* A certificate by calculation: the sub-optimal strict minimum of SigmoidExample.v once more, now with gradient and Hessian from Derivatives.v.
   Nothing is derived by hand; what is left are inequalities for the interval tactic (always with options:
   without any it uses primitive floating-point numbers). *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Interval.Float Require Import Specific_ops Specific_stdz.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum Derivatives Certificate.
Module SFZ := SpecificFloat StdZRadix2.
Module Import ITZ := IntervalTactic SFZ.
Import ListNotations.
Open Scope R_scope.

Definition sig (t : R) : R := / (1 + exp (- t)).
Definition sig1 (t : R) : R := sig t * (1 - sig t).
Definition sig2 (t : R) : R := sig1 t * (1 - 2 * sig t).
Lemma sig_twice z : twice sig sig1 sig2 z.
Proof.
  assert (pos : forall t, 1 + exp t <> 0) by (intros t; generalize (exp_pos t); lra).
  assert (Hd : forall t, is_derive sig t (sig1 t)) by (intros t; unfold sig1, sig; auto_derive; [apply pos|field; apply pos]).
  split; apply is_derive_Reals; [apply Hd|]. unfold sig2, sig1.
  auto_derive; [repeat split; eexists; apply Hd|].
  replace (Derive (fun x => sig x) z) with (sig1 z) by (symmetry; apply is_derive_unique, Hd). unfold sig1. ring.
Qed.

Definition ls : list dlayer := [(1%nat, false, fun _ => sig, fun _ => sig1, fun _ => sig2)].
Definition X (i j : nat) : R := nth j (nth i [[1]; [1597 / 1000]] []) 0.
Definition Y (i c : nat) : R := nth c (nth i [[- 2639 / 1000]; [3057 / 1000]] []) 0.
Definition c (k : nat) : R := nth k [1; 1 / 2] 0.
Definition Rm (a b : nat) : R := nth b (nth a [[2; 0]; [0; 1]] []) 0.
Definition u (k : nat) : R := nth k [- 5; - 394] 0.

Theorem bad_minimum_by_calculation : exists th, let E := loss 1 (plain ls) 1 false X (samples 2 (fun i => hse 1 (Y i))) in
  n2 2 (sub th c) <= (1 / 100) ^ 2 /\ strict_min 2 E th /\ E u <= E th - 3 / 100 /\ basin 2 E (point 2 th) /\ suboptimal E (point 2 th).
Proof.
  apply (bad_minimum_certificate_hse 1 ls 1 false 2 X Y c (1 / 50) (1 / 40) (1 / 5000) (1 / 8) Rm c u (1 / 100) (3 / 100)); try lra.
  - intros z _ i _. apply regular_everywhere. intros d b s s1 s2 [Hl|[]] v t. injection Hl as _ _ <- <- <-. apply sig_twice.
  - intros z Hz. apply all_below_all. apply box_below in Hz. revert Hz. unfold X, Y, c, Rm, ls. compute_jets.
    intros [[_ H0] H1]. generalize dependent (z 0%nat). generalize dependent (z 1%nat). intros v Hv w Hw. unfold sig2, sig1, sig.
    repeat split; interval with (i_bisect w, i_bisect v, i_depth 14, i_prec 30).
  - unfold Rm, ls. compute_jets. lra.
  - unfold X, Y, c, ls. compute_jets. unfold sig1, sig. interval with (i_prec 60).
  - unfold c, ls. compute_jets. interval with (i_prec 30).
  - unfold X, Y, c, u, ls. compute_jets. unfold sig. interval with (i_prec 60).
Qed.
