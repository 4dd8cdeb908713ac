Require Import Reals Lra Lia PeanoNat.
From Exactland Require Import Sums Basins Norms StrictMinimum.
Open Scope R_scope.

(** * Rule 3.1 (ii): a sum of squares, room, and a rest

    The kernel (`require_at_least`) scales a symmetric matrix M by S = diag(s), takes lambda S^2, a diagonal e and any number of squares v v^T off, and looks
    whether what is left is small: in every row at most e. Then M - lambda I is S^-1 (sum of v v^T + diag(e) + rest) S^-1, and none of it is negative. Nothing is
    asked of the vectors v or of the scaling, but that no s is 0. *)

Section Squares.
Variables (P K : nat) (M : nat -> nat -> R) (lambda : R) (s e : vec) (V : nat -> vec).

(** S M S less the squares and lambda S^2: the room e is still in it *)
Definition less (a b : nat) : R :=
  s a * M a b * s b - sum K (fun k => V k a * V k b) - (if (b =? a)%nat then lambda * s a ^ 2 else 0).
(** what is left in the end *)
Definition rest (a b : nat) : R := less a b - (if (b =? a)%nat then e a else 0).

Lemma less_margin a : (a < P)%nat -> sum P (fun b => Rabs (rest a b)) <= e a -> 0 <= margin P less a.
Proof.
  intros Ha Hrow. unfold margin.
  assert (Split : sum P (fun b => Rabs (rest a b))
    = sum P (fun b => if (b =? a)%nat then 0 else Rabs (less a b)) + Rabs (rest a a)).
  { rewrite <- (sum_delta P a (fun b => Rabs (rest a b)) Ha), <- sum_plus. apply sum_ext. intros b _.
    destruct (Nat.eqb_spec b a) as [->|ne]; [ring|].
    unfold rest at 1. destruct (Nat.eqb_spec b a) as [E|_]; [contradiction|]. rewrite !Rminus_0_r. ring. }
  assert (Diagonal : less a a = rest a a + e a) by (unfold rest; rewrite Nat.eqb_refl; ring).
  generalize (Rle_abs (- rest a a)). rewrite Rabs_Ropp. lra.
Qed.

Lemma less_sym : (forall a b, (a < P)%nat -> (b < P)%nat -> M a b = M b a) ->
  forall a b, (a < P)%nat -> (b < P)%nat -> less a b = less b a.
Proof.
  intros Hsym a b Ha Hb. unfold less. rewrite (Hsym a b Ha Hb), (Nat.eqb_sym b a).
  rewrite (sum_ext K (fun k => V k a * V k b) (fun k => V k b * V k a)) by (intros; ring).
  destruct (Nat.eqb_spec a b) as [->|ne]; ring.
Qed.

(** the squares of the vectors, as forms *)
Lemma form_of_squares y :
  qf P (fun a b => sum K (fun k => V k a * V k b)) y = sum K (fun k => mulv P (V k) y ^ 2).
Proof.
  unfold qf.
  rewrite (sum_ext P _ (fun a => sum K (fun k => V k a * y a * mulv P (V k) y))).
  - rewrite sum_swap. apply sum_ext. intros k _. rewrite sum_scal_r. unfold mulv. ring.
  - intros a _. rewrite (sum_ext P _ (fun b => sum K (fun k => V k a * y a * (V k b * y b)))).
    + rewrite sum_swap. apply sum_ext. intros k _. rewrite sum_scal. reflexivity.
    + intros b _. rewrite Rmult_assoc, <- sum_scal_r. apply sum_ext. intros k _. ring.
Qed.

Lemma form_less z y : (forall a, (a < P)%nat -> z a = s a * y a) ->
  qf P less y = qf P M z - sum K (fun k => mulv P (V k) y ^ 2) - lambda * n2 P z.
Proof.
  intros Hz. rewrite <- form_of_squares. unfold n2, dot, qf. rewrite <- sum_scal, <- !sum_minus. apply sum_ext. intros a Ha.
  rewrite <- (sum_delta P a (fun b => lambda * (z b * z b)) Ha), <- !sum_minus. apply sum_ext. intros b Hb.
  unfold less. rewrite (Hz a Ha), (Hz b Hb). destruct (Nat.eqb_spec b a) as [->|ne]; ring.
Qed.

Theorem at_least : (forall a b, (a < P)%nat -> (b < P)%nat -> M a b = M b a) ->
  (forall a, (a < P)%nat -> s a <> 0) ->
  (forall a, (a < P)%nat -> sum P (fun b => Rabs (rest a b)) <= e a) ->
  forall z, lambda * n2 P z <= qf P M z.
Proof.
  intros Hsym Hs Hrow z. set (y := fun a => z a / s a).
  assert (Form : qf P less y = qf P M z - sum K (fun k => mulv P (V k) y ^ 2) - lambda * n2 P z).
  { apply form_less. intros a Ha. unfold y. field. exact (Hs a Ha). }
  assert (Positive : 0 * n2 P y <= qf P less y).
  { apply gershgorin; [exact (less_sym Hsym)|]. intros a Ha. exact (less_margin a Ha (Hrow a Ha)). }
  assert (Squares : 0 <= sum K (fun k => mulv P (V k) y ^ 2)).
  { apply sum_nonneg. intros k _. apply pow2_ge_0. }
  lra.
Qed.
End Squares.

(** RULE 3.1 as the kernel checks it: at every point z of the box some scaling, room and vectors leave a rest that is small. (The kernel's are the same at all
    points, and it encloses the rest in balls.) *)
Theorem rule31_by_squares P E g M c rho lambda gamma K s e V :
  0 < rho -> 0 < lambda -> 0 <= gamma ->
  (forall x y, ball P c rho x -> ball P c rho y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => E (line x (sub y x) s)) t (dot P (g (line x (sub y x) t)) (sub y x))) ->
  (forall x y, ball P c rho x -> ball P c rho y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => dot P (g (line x (sub y x) s)) (sub y x)) t (qf P (M (line x (sub y x) t)) (sub y x))) ->
  (forall z, box P c rho z -> forall a b, (a < P)%nat -> (b < P)%nat -> M z a b = M z b a) ->
  (forall a, (a < P)%nat -> s a <> 0) ->
  (forall z, box P c rho z -> forall a, (a < P)%nat -> sum P (fun b => Rabs (rest K (M z) lambda s e V a b)) <= e a) ->
  n2 P (g c) <= gamma ^ 2 -> gamma < lambda * rho ->
  exists th, strict_minimum_near P E g c rho lambda gamma th.
Proof.
  intros Hrho Hl Hg D1 D2 Hsym Hs Hrow Hgrad Hsmall.
  apply (rule31 P E g (fun z => qf P (M z)) c rho lambda gamma); try assumption.
  intros z d Hz. assert (Bz : box P c rho z) by (apply ball_box; [lra|exact Hz]).
  exact (at_least P K (M z) lambda s e V (Hsym z Bz) Hs (Hrow z Bz) d).
Qed.
