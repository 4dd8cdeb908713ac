(* A certificate by calculation: a sub-optimal strict minimum of one sigmoid unit on two samples, with gradient and Hessian from Derivatives.v.
   Nothing is derived by hand; what is left are inequalities for the interval tactic (always with options:
   without any it uses primitive floating-point numbers). *)
Require Import Reals Lra Lia PeanoNat List Bool QArith.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Interval.Float Require Import Specific_ops Specific_stdz.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum Derivatives Certificate ExactMinimum.
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

(* Rule 3.1b by calculation: the example of docs/theorems, cubic-exact.cert.json, activation z + z^2 - z^3. *)
Definition cubic (z : R) : R := z + z ^ 2 - z ^ 3.
Definition cubic1 (z : R) : R := 1 + 2 * z - 3 * z ^ 2.
Definition cubic2 (z : R) : R := 2 - 6 * z.
Lemma cubic_twice z : twice_continuous cubic cubic1 cubic2 z.
Proof.
  split; [split|].
  - apply is_derive_Reals. unfold cubic, cubic1. auto_derive; [exact I|]. ring.
  - apply is_derive_Reals. unfold cubic1, cubic2. auto_derive; [exact I|]. ring.
  - apply derivable_continuous_pt. exists (- 6). apply is_derive_Reals. unfold cubic2. auto_derive; [exact I|]. ring.
Qed.
Definition cubic_layers : list dlayer := [(1%nat, false, fun _ => cubic, fun _ => cubic1, fun _ => cubic2)].
Definition cubic_X (i j : nat) : R := nth j (nth i [[- 1]; [1]; [2]] []) 0.
Definition cubic_Y (i c : nat) : R := nth c (nth i [[31 / 16]; [- 71 / 80]; [3 / 2]] []) 0.
Definition cubic_c (k : nat) : R := nth k [1 / 2; 1 / 2] 0.
Theorem cubic_exact : strict_min 2 (loss 1 (plain cubic_layers) 1 false cubic_X (samples 3 (fun i => hse 1 (cubic_Y i)))) cubic_c.
Proof.
  rewrite <- tree_loss_hse.
  assert (Hreg : forall good : criterion, (forall s s1 s2 z, twice_continuous s s1 s2 z -> good s s1 s2 z) ->
    forall th, regular_loss good 1 cubic_layers 1 false 3 cubic_X (fun i => hse_tree 1 (cubic_Y i)) th).
  { intros good Hg th. apply regular_loss_hse; [exact Hg|]. intros i _. apply regular_everywhere.
    intros d b s s1 s2 [Hl|[]] v t. injection Hl as _ _ <- <- <-. apply Hg, cubic_twice. }
  apply (exact_certificate_rational 1 cubic_layers 1 false 3 cubic_X _ cubic_c 1 [[469 # 160; 11 # 32]; [11 # 32; 45 # 32]]%Q); [lra| | | | |].
  - intros z _. apply Hreg. intros s s1 s2 t Ht. apply Ht.
  - apply Hreg. intros s s1 s2 t Ht. exact Ht.
  - refine (all_below_all 2 (fun k => grad _ cubic_c k = 0) _).
    unfold cubic_layers, cubic_X, cubic_Y, cubic_c. compute_jets. unfold cubic, cubic1. repeat split; field.
  - refine (all_below_pairs 2 2 (fun i j => hess _ cubic_c i j = Q2R (entryQ _ i j)) _).
    unfold cubic_layers, cubic_X, cubic_Y, cubic_c, Q2R, entryQ. compute_jets. unfold cubic, cubic1, cubic2. simpl. repeat split; field.
  - reflexivity.
Qed.
