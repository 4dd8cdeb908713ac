(* Rule 3.1b: a strict local minimum at an exactly critical point whose Hessian has positive pivots of elimination.

   Modelling: elimination is recursive, the first pivot and then the Schur complement; over the rationals it is a boolean function. Continuity
   of a function of the parameters at c is meant coordinate by coordinate (close, Basins.v). The determinant of a matrix with positive pivots is taken
   to be their product (prod_pivots), as the kernel does. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality QArith Qreals.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum Derivatives.
Import ListNotations.
Open Scope R_scope.

(* ---------- elimination ---------- *)
Definition schur (M : nat -> nat -> R) : nat -> nat -> R := fun a b => M (S a) (S b) - M (S a) O / M O O * M O (S b).
Fixpoint positive_pivots (n : nat) (M : nat -> nat -> R) : Prop :=
  match n with O => True | S k => 0 < M O O /\ positive_pivots k (schur M) end.

Lemma sum_head n f : sum (S n) f = f O + sum n (fun k => f (S k)).
Proof. induction n as [|n IH]; [simpl; ring|]. change (sum (S n) f + f (S n) = f O + (sum n (fun k => f (S k)) + f (S n))). rewrite IH. ring. Qed.

(* z^T M z = p (z_0 + l . w)^2 + w^T (schur M) w, with w the other entries, p the pivot and l the first row beside it divided by p *)
Lemma complete_square n M z : (forall a b, (a < S n)%nat -> (b < S n)%nat -> M a b = M b a) -> 0 < M O O ->
  qf (S n) M z = M O O * (z O + sum n (fun b => M O (S b) / M O O * z (S b))) ^ 2 + qf n (schur M) (fun k => z (S k)).
Proof.
  intros Hsym Hp. set (L := sum n (fun b => M O (S b) / M O O * z (S b))).
  assert (HL : sum n (fun b => M O (S b) * z (S b)) = M O O * L).
  { unfold L. rewrite <- sum_scal. apply sum_ext. intros b _. field. lra. }
  assert (Hcol : sum n (fun a => M (S a) O * z (S a)) = M O O * L).
  { rewrite <- HL. apply sum_ext. intros a Ha. rewrite (Hsym (S a) O) by lia. reflexivity. }
  assert (Hs : qf n (schur M) (fun k => z (S k)) = qf n (fun a b => M (S a) (S b)) (fun k => z (S k)) - M O O * L ^ 2).
  { assert (e : schur M = fun a b => M (S a) (S b) + - / M O O * (M (S a) O * M O (S b))).
    { do 2 (apply functional_extensionality; intro). unfold schur. field. lra. }
    rewrite e, qf_plus, qf_scal, qf_outer. unfold dot. rewrite Hcol, HL. field. lra. }
  assert (Hrow : sum n (fun b => M O (S b) * z O * z (S b)) = z O * (M O O * L)).
  { rewrite <- HL, <- sum_scal. apply sum_ext. intros b _. ring. }
  assert (Hrest : sum n (fun a => sum (S n) (fun b => M (S a) b * z (S a) * z b))
    = z O * (M O O * L) + qf n (fun a b => M (S a) (S b)) (fun k => z (S k))).
  { rewrite <- Hcol, <- sum_scal. unfold qf. rewrite <- sum_plus. apply sum_ext. intros a _. rewrite sum_head. ring. }
  rewrite Hs. unfold qf at 1. rewrite sum_head, sum_head, Hrest, Hrow. ring.
Qed.

Lemma schur_sym n M : (forall a b, (a < S n)%nat -> (b < S n)%nat -> M a b = M b a) ->
  forall a b, (a < n)%nat -> (b < n)%nat -> schur M a b = schur M b a.
Proof.
  intros H a b Ha Hb. unfold schur. rewrite (H (S a) (S b)), (H (S a) O), (H O (S b)) by lia. unfold Rdiv. ring.
Qed.

(* positive pivots: the form is positive definite, with a least curvature *)
Theorem pivots_definite n : forall M, (forall a b, (a < n)%nat -> (b < n)%nat -> M a b = M b a) -> positive_pivots n M ->
  exists lambda, 0 < lambda /\ forall z, lambda * n2 n z <= qf n M z.
Proof.
  induction n as [|n IH]; intros M Hsym Hpos.
  - exists 1. split; [lra|]. intros z. unfold n2, dot, qf. simpl. lra.
  - destruct Hpos as [Hp Hpos]. destruct (IH (schur M) (schur_sym n M Hsym) Hpos) as [la [Hla Hq]].
    set (l := fun b => M O (S b) / M O O). assert (Hl := n2_nonneg n l).
    set (la' := Rmin (M O O / 2) (la / (1 + 2 * n2 n l))).
    assert (Hd : 0 < la / (1 + 2 * n2 n l)) by (apply Rdiv_lt_0_compat; lra).
    assert (H0 : 0 < la') by (apply Rmin_glb_lt; lra).
    assert (H1 : la' <= M O O / 2) by apply Rmin_l.
    assert (H2 : la' * (1 + 2 * n2 n l) <= la).
    { apply Rle_trans with (la / (1 + 2 * n2 n l) * (1 + 2 * n2 n l)).
      - apply Rmult_le_compat_r; [lra|apply Rmin_r].
      - right. field. lra. }
    exists la'. split; [exact H0|]. intros z. rewrite (complete_square n M z Hsym Hp). fold l.
    set (w := fun k => z (S k)). assert (Hw := n2_nonneg n w). specialize (Hq w).
    change (sum n (fun b => M O (S b) / M O O * z (S b))) with (dot n l w).
    assert (C := cauchy n l w). set (D := dot n l w) in *.
    assert (Hn : n2 (S n) z = z O ^ 2 + n2 n w).
    { unfold n2, dot. rewrite sum_head. unfold w. ring. }
    rewrite Hn. clearbody D. set (U := z O + D). assert (HU : 0 <= U ^ 2) by apply pow2_ge_0.
    assert (Hz : z O ^ 2 <= 2 * U ^ 2 + 2 * (n2 n l * n2 n w)).
    { assert (HV : 0 <= (z O + 2 * D) ^ 2) by apply pow2_ge_0. unfold U. nra. }
    apply Rle_trans with (la' * (2 * U ^ 2) + la' * (1 + 2 * n2 n l) * n2 n w).
    + assert (la' * z O ^ 2 <= la' * (2 * U ^ 2 + 2 * (n2 n l * n2 n w))) by (apply Rmult_le_compat_l; lra). lra.
    + assert (la' * (2 * U ^ 2) <= M O O / 2 * (2 * U ^ 2)) by (apply Rmult_le_compat_r; lra).
      assert (la' * (1 + 2 * n2 n l) * n2 n w <= la * n2 n w) by (apply Rmult_le_compat_r; assumption). lra.
Qed.

(* ---------- the bound of the least curvature by determinant and trace ---------- *)
(* the determinant as the product of the pivots *)
Fixpoint prod_pivots (n : nat) (M : nat -> nat -> R) : R := match n with O => 1 | S k => M O O * prod_pivots k (schur M) end.
Definition trace (n : nat) (M : nat -> nat -> R) : R := sum n (fun k => M k k).

Lemma bernoulli x n : -1 <= x -> 1 + INR n * x <= (1 + x) ^ n.
Proof.
  intros Hx. induction n as [|n IH]; [simpl; lra|]. rewrite S_INR. simpl pow.
  assert (Hn := pos_INR n). assert (0 <= (1 + x) ^ n) by (apply pow_le; lra).
  assert ((1 + x) * (1 + INR n * x) <= (1 + x) * (1 + x) ^ n) by (apply Rmult_le_compat_l; lra).
  assert (0 <= INR n * (x * x)) by (apply Rmult_le_pos; [exact Hn|nra]). nra.
Qed.
(* the geometric mean of one number a and k numbers b / k is at most the arithmetic one *)
Lemma geometric_arithmetic a b k : 0 <= a -> 0 <= b -> a * (b / INR k) ^ k <= ((a + b) / INR (S k)) ^ S k.
Proof.
  intros Ha Hb. destruct k as [|k]; [simpl; lra|].
  assert (Hk : 0 < INR (S k)) by (apply lt_0_INR; lia). assert (HSk : INR (S (S k)) = INR (S k) + 1) by apply S_INR.
  set (K := INR (S k)) in *. rewrite HSk.
  destruct (Req_dec b 0) as [->|ne].
  - replace (0 / K) with 0 by (unfold Rdiv; ring). rewrite pow_i by lia. rewrite Rmult_0_r. apply pow_le.
    apply Rmult_le_pos; [lra|]. left. apply Rinv_0_lt_compat. lra.
  - set (be := b / K). assert (Hbe : 0 < be) by (apply Rdiv_lt_0_compat; lra).
    set (x := (a + b) / (K + 1) / be - 1).
    assert (Hx : -1 <= x).
    { unfold x. assert (0 <= (a + b) / (K + 1) / be); [|lra].
      apply Rmult_le_pos; [apply Rmult_le_pos; [lra|]|]; left; apply Rinv_0_lt_compat; lra. }
    assert (B := bernoulli x (S (S k)) Hx). rewrite HSk in B.
    replace (1 + (K + 1) * x) with (a / be) in B by (unfold x, be; field; lra).
    replace ((a + b) / (K + 1)) with (be * (1 + x)) by (unfold x; field; lra).
    rewrite Rpow_mult_distr. replace (a * be ^ S k) with (be ^ S (S k) * (a / be)) by (simpl; field; lra).
    apply Rmult_le_compat_l; [apply pow_le; lra|exact B].
Qed.

(* two by two: p (z0 + D)^2 + si W >= la1 (z0^2 + W) whenever D^2 <= L W, for the least eigenvalue la1; it and the other one la2 have the sum
   p + p L + si and the product p si *)
Lemma two_by_two p si L : 0 < p -> 0 < si -> 0 <= L -> exists la1 la2, 0 < la1 /\ la1 <= si /\ 0 < la2 /\
  la1 + la2 = p + p * L + si /\ la1 * la2 = p * si /\
  forall z0 D W, 0 <= W -> D ^ 2 <= L * W -> la1 * (z0 ^ 2 + W) <= p * (z0 + D) ^ 2 + si * W.
Proof.
  intros Hp Hs HL. set (t := p + p * L + si). assert (HpL : 0 <= p * L) by (apply Rmult_le_pos; lra).
  assert (Hps : 0 < p * si) by (apply Rmult_lt_0_compat; assumption).
  set (Dl := t ^ 2 - 4 * (p * si)). assert (HDl : 0 <= Dl).
  { assert (0 <= (p - si) ^ 2) by apply pow2_ge_0. unfold Dl, t. nra. }
  set (r := sqrt Dl). assert (Hr : 0 <= r) by apply sqrt_pos. assert (Hr2 : r ^ 2 = Dl) by (apply pow2_sqrt, HDl).
  assert (Hrt : r < t) by (unfold Dl in Hr2; unfold t in *; nra).
  set (la1 := (t - r) / 2). set (la2 := (t + r) / 2).
  assert (Hsum : la1 + la2 = t) by (unfold la1, la2; field).
  assert (Hprod : la1 * la2 = p * si).
  { unfold la1, la2. replace ((t - r) / 2 * ((t + r) / 2)) with ((t ^ 2 - r ^ 2) / 4) by field. rewrite Hr2. unfold Dl. field. }
  assert (H1 : 0 < la1) by (unfold la1; lra). assert (H2 : 0 < la2) by (unfold la2; lra).
  assert (Hchar : (p - la1) * (si - la1) = la1 * (p * L)).
  { replace ((p - la1) * (si - la1)) with (p * si - la1 * (p + si) + la1 ^ 2) by ring. rewrite <- Hprod.
    replace la2 with (t - la1) by lra. unfold t. ring. }
  assert (Hle : forall a, 0 < a -> t - a >= 0 -> a * (t - a) >= p * si -> la1 <= a).
  { intros a Ha Hta Hat. assert (t - 2 * a <= r); [|unfold la1; lra].
    destruct (Rle_lt_dec (t - 2 * a) r) as [|Hlt]; [assumption|exfalso]. assert (r ^ 2 < (t - 2 * a) ^ 2) by nra. unfold Dl in Hr2. nra. }
  assert (Hlp : la1 <= p) by (apply Hle; [exact Hp|unfold t; lra|unfold t; nra]).
  assert (Hls : la1 <= si) by (apply Hle; [exact Hs|unfold t; lra|unfold t; nra]).
  exists la1, la2. repeat (split; [assumption|]). intros z0 D W HW HD.
  set (U := z0 + D). replace (z0 ^ 2) with ((U - D) ^ 2) by (unfold U; ring).
  destruct (Req_dec p la1) as [e|ne].
  - assert (HL0 : la1 * (p * L) = 0) by (rewrite <- Hchar, e; ring).
    assert (HL1 : L = 0) by (apply (Rmult_eq_reg_l (la1 * p)); [|apply Rgt_not_eq, Rmult_lt_0_compat; assumption]; lra).
    rewrite HL1 in HD. assert (HD0 : D = 0) by (assert (0 <= D ^ 2) by apply pow2_ge_0; nra). rewrite HD0.
    assert (la1 * W <= si * W) by (apply Rmult_le_compat_r; assumption). rewrite e at 1. nra.
  - assert (Hd : 0 < p - la1) by lra. apply (Rmult_le_reg_l (p - la1)); [exact Hd|].
    assert (HF : la1 * (p * D ^ 2) <= (p - la1) * (si - la1) * W).
    { rewrite Hchar. replace (la1 * (p * L) * W) with (la1 * (p * (L * W))) by ring.
      apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; lra. }
    assert (HS : 0 <= ((p - la1) * U + la1 * D) ^ 2) by apply pow2_ge_0. nra.
Qed.

Lemma trace_schur n M : (forall a b, (a < S n)%nat -> (b < S n)%nat -> M a b = M b a) -> M O O <> 0 ->
  trace (S n) M = M O O + M O O * n2 n (fun b => M O (S b) / M O O) + trace n (schur M).
Proof.
  intros Hsym Hp. unfold trace. rewrite sum_head. unfold n2, dot. rewrite <- sum_scal. rewrite Rplus_assoc, <- sum_plus. f_equal.
  apply sum_ext. intros k Hk. unfold schur. rewrite (Hsym (S k) O) by lia. field. exact Hp.
Qed.

(* some curvature la bounds the form from below, and the determinant is at most la ((trace - la) / n)^n *)
Lemma least_curvature n : forall M, (forall a b, (a < S n)%nat -> (b < S n)%nat -> M a b = M b a) -> positive_pivots (S n) M ->
  exists la, 0 < la /\ la <= trace (S n) M /\ (forall z, la * n2 (S n) z <= qf (S n) M z) /\
    prod_pivots (S n) M <= la * ((trace (S n) M - la) / INR n) ^ n.
Proof.
  induction n as [|n IH]; intros M Hsym Hpos.
  - destruct Hpos as [Hp _]. exists (M O O). split; [exact Hp|]. unfold trace, n2, dot, qf. simpl.
    split; [lra|]. split; [intros z; lra|lra].
  - destruct Hpos as [Hp Hpos]. destruct (IH (schur M) (schur_sym (S n) M Hsym) Hpos) as [si [Hsi [Htr [Hq Hprod]]]].
    set (l := fun b => M O (S b) / M O O).
    destruct (two_by_two (M O O) si (n2 (S n) l) Hp Hsi (n2_nonneg (S n) l)) as [la1 [la2 [H1 [Hls [H2 [Hsum [Hpr Hform]]]]]]].
    assert (HT := trace_schur (S n) M Hsym ltac:(lra)). fold l in HT.
    exists la1. split; [exact H1|]. split; [|split].
    + rewrite HT. assert (0 <= M O O * n2 (S n) l) by (apply Rmult_le_pos; [lra|apply n2_nonneg]). lra.
    + intros z. rewrite (complete_square (S n) M z Hsym Hp).
      set (w := fun k => z (S k)). specialize (Hq w).
      change (sum (S n) (fun b => M O (S b) / M O O * z (S b))) with (dot (S n) l w).
      assert (Hn : n2 (S (S n)) z = z O ^ 2 + n2 (S n) w).
      { unfold n2, dot. rewrite sum_head. unfold w. ring. }
      rewrite Hn. generalize (Hform (z O) (dot (S n) l w) (n2 (S n) w) (n2_nonneg (S n) w) (cauchy (S n) l w)). lra.
    + change (prod_pivots (S (S n)) M) with (M O O * prod_pivots (S n) (schur M)).
      set (tS := trace (S n) (schur M)) in *.
      assert (A := geometric_arithmetic la2 (tS - si) n ltac:(lra) ltac:(lra)).
      replace (trace (S (S n)) M - la1) with (la2 + (tS - si)) by (rewrite HT; lra).
      apply Rle_trans with (la1 * (la2 * ((tS - si) / INR n) ^ n)).
      * rewrite <- Rmult_assoc, Hpr, Rmult_assoc. apply Rmult_le_compat_l; [lra|exact Hprod].
      * apply Rmult_le_compat_l; [lra|exact A].
Qed.

(* RULE 3.1b, the bound (kernel: exact_minimum, its curvature): every z has z^T M z >= det M ((P - 1) / trace M)^(P - 1) |z|^2, for P >= 2. *)
Theorem curvature_bound P M : (2 <= P)%nat -> (forall a b, (a < P)%nat -> (b < P)%nat -> M a b = M b a) -> positive_pivots P M ->
  forall z, prod_pivots P M * (INR (P - 1) / trace P M) ^ (P - 1) * n2 P z <= qf P M z.
Proof.
  intros HP Hsym Hpos z. destruct P as [|n]; [lia|]. replace (S n - 1)%nat with n by lia.
  destruct (least_curvature n M Hsym Hpos) as [la [Hla [Htr [Hq Hdet]]]].
  assert (Hn : 0 < INR n) by (apply lt_0_INR; lia). set (t := trace (S n) M) in *.
  eapply Rle_trans; [|apply Hq]. apply Rmult_le_compat_r; [apply n2_nonneg|].
  assert (Ht : 0 < t) by lra. assert (Hpw : 0 <= (INR n / t) ^ n) by (apply pow_le; left; apply Rdiv_lt_0_compat; lra).
  apply Rle_trans with (la * ((t - la) / INR n) ^ n * (INR n / t) ^ n); [apply Rmult_le_compat_r; assumption|].
  rewrite Rmult_assoc, <- Rpow_mult_distr. replace ((t - la) / INR n * (INR n / t)) with ((t - la) / t) by (field; lra).
  apply Rle_trans with (la * 1); [apply Rmult_le_compat_l; [lra|]|lra]. rewrite <- (pow1 n). apply pow_incr.
  split; [apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat, Ht]|]. apply (Rmult_le_reg_r t); [exact Ht|].
  replace ((t - la) / t * t) with (t - la) by (field; lra). lra.
Qed.

(* ---------- elimination over the rationals, as a boolean ---------- *)
Definition entryQ (M : list (list Q)) (a b : nat) : Q := nth b (nth a M []) 0%Q.
Definition schurQ (n : nat) (M : list (list Q)) : list (list Q) :=
  map (fun a => map (fun b => Qred (entryQ M (S a) (S b) - entryQ M (S a) O / entryQ M O O * entryQ M O (S b))) (seq 0 n)) (seq 0 n).
Fixpoint pivotsQ (n : nat) (M : list (list Q)) : bool :=
  match n with O => true | S k => negb (Qle_bool (entryQ M O O) 0) && pivotsQ k (schurQ k M) end.

Lemma nth_map_seq (A : Type) (f : nat -> A) n k x : (k < n)%nat -> nth k (map f (seq 0 n)) x = f k.
Proof.
  intros Hk. rewrite (nth_indep _ x (f O)) by (rewrite map_length, seq_length; exact Hk).
  rewrite map_nth, seq_nth by exact Hk. reflexivity.
Qed.
Lemma positive_pivots_ext n : forall M M', (forall a b, (a < n)%nat -> (b < n)%nat -> M a b = M' a b) ->
  positive_pivots n M -> positive_pivots n M'.
Proof.
  induction n as [|n IH]; simpl; intros M M' H Hp; [trivial|]. destruct Hp as [H0 Hp]. split.
  - rewrite <- H by lia. exact H0.
  - apply (IH (schur M)); [|exact Hp]. intros a b Ha Hb. unfold schur. rewrite !H by lia. reflexivity.
Qed.
(* kernel: pivots *)
Theorem pivotsQ_sound n : forall M, pivotsQ n M = true -> positive_pivots n (fun a b => Q2R (entryQ M a b)).
Proof.
  induction n as [|n IH]; simpl; intros M H; [trivial|]. apply andb_prop in H. destruct H as [Hp H].
  assert (Hq : (0 < entryQ M 0 0)%Q).
  { apply Qnot_le_lt. intros Hle. apply Qle_bool_iff in Hle. rewrite Hle in Hp. discriminate. }
  split.
  - apply Qlt_Rlt in Hq. rewrite RMicromega.Q2R_0 in Hq. exact Hq.
  - apply (positive_pivots_ext n _ _) with (2 := IH _ H). intros a b Ha Hb. unfold schur.
    unfold entryQ at 1, schurQ. rewrite nth_map_seq, nth_map_seq by assumption.
    rewrite (Qeq_eqR _ _ (Qred_correct _)), Q2R_minus, Q2R_mult, Q2R_div; [reflexivity|].
    intros e. rewrite e in Hq. discriminate (Hq).
Qed.

(* ---------- continuity at a point ---------- *)
Section Exact.
Variable P : nat.
Definition continuous_at (f : vec -> R) (c : vec) : Prop :=
  forall eps, 0 < eps -> exists del, 0 < del /\ forall y, close P del c y -> Rabs (f y - f c) < eps.

(* finitely many properties near c hold near c together *)
Lemma near_all (Q : nat -> vec -> Prop) c n :
  (forall k, (k < n)%nat -> exists del, 0 < del /\ forall y, close P del c y -> Q k y) ->
  exists del, 0 < del /\ forall y, close P del c y -> forall k, (k < n)%nat -> Q k y.
Proof.
  induction n as [|n IH]; intros H; [exists 1; split; [lra|intros; lia]|].
  destruct IH as [d [Hd HQ]]; [intros; apply H; lia|]. destruct (H n ltac:(lia)) as [d' [Hd' HQ']].
  exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|]. intros y Hy k Hk.
  destruct (Nat.eq_dec k n) as [->|ne].
  - apply HQ', (close_le _ _ _ _ _ (Rmin_r d d')), Hy.
  - apply HQ; [apply (close_le _ _ _ _ _ (Rmin_l d d')), Hy|lia].
Qed.

(* a form with entries within eps of those of M is smaller by eps P |d|^2 at most *)
Lemma qf_near M M' eps d : (forall a b, (a < P)%nat -> (b < P)%nat -> Rabs (M' a b - M a b) < eps) ->
  qf P M d - eps * INR P * n2 P d <= qf P M' d.
Proof.
  intros H.
  assert (Hs : sum P (fun a => sum P (fun b => eps * (d a * d a + d b * d b) / 2)) = eps * INR P * n2 P d).
  { rewrite (sum_ext P _ (fun a => eps * INR P / 2 * (d a * d a) + eps / 2 * n2 P d)).
    - rewrite sum_plus, sum_scal, sum_const. unfold n2, dot. field.
    - intros a _. unfold n2, dot. rewrite <- sum_scal.
      rewrite (sum_ext P _ (fun b => eps / 2 * (d a * d a) + eps / 2 * (d b * d b))) by (intros; field).
      rewrite sum_plus, sum_const. field. }
  assert (Hle : qf P M d <= qf P M' d + eps * INR P * n2 P d); [|lra].
  rewrite <- Hs. unfold qf. rewrite <- sum_plus. apply sum_le. intros a Ha. rewrite <- sum_plus. apply sum_le. intros b Hb.
  specialize (H a b Ha Hb). apply Rabs_def2 in H.
  assert (H1 : 0 <= (d a - d b) ^ 2) by apply pow2_ge_0. assert (H2 : 0 <= (d a + d b) ^ 2) by apply pow2_ge_0.
  destruct (Rle_lt_dec 0 (d a * d b)) as [Hab|Hab]; nra.
Qed.

(* With any reason why the Hessian is positive definite. *)
Theorem rule31b_definite E g M c r : 0 < r ->
  (forall x y, ball P c r x -> ball P c r y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => E (line x (sub y x) s)) t (dot P (g (line x (sub y x) t)) (sub y x))) ->
  (forall x y, ball P c r x -> ball P c r y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => dot P (g (line x (sub y x) s)) (sub y x)) t (qf P (M (line x (sub y x) t)) (sub y x))) ->
  (forall a b, (a < P)%nat -> (b < P)%nat -> continuous_at (fun y => M y a b) c) ->
  critical P g c ->
  (exists la, 0 < la /\ forall z, la * n2 P z <= qf P (M c) z) ->
  strict_min P E c.
Proof.
  intros Hr D1 D2 Hcont Hcrit [la [Hla Hq]].
  assert (HP : 0 <= INR P) by apply pos_INR.
  set (eps := la / (2 * (INR P + 1))). assert (Heps : 0 < eps) by (apply Rdiv_lt_0_compat; lra).
  assert (HeP : eps * INR P <= la / 2).
  { apply Rle_trans with (eps * (INR P + 1)); [apply Rmult_le_compat_l; lra|]. right. unfold eps. field. lra. }
  destruct (near_all (fun a y => forall b, (b < P)%nat -> Rabs (M y a b - M c a b) < eps) c P) as [del [Hdel Hnear]].
  { intros a Ha. apply near_all. intros b Hb. apply Hcont; assumption. }
  set (rho := Rmin r (del / 2)).
  assert (Hrho : 0 < rho) by (apply Rmin_glb_lt; lra).
  assert (Hr1 : rho <= r) by apply Rmin_l. assert (Hr2 : rho <= del / 2) by apply Rmin_r.
  assert (Hin : forall x, ball P c rho x -> ball P c r x).
  { intros x Hx. unfold ball in *. apply Rle_trans with (rho ^ 2); [exact Hx|apply pow_incr; lra]. }
  destruct (rule31 P E g (fun z => qf P (M z)) c rho (la / 2) 0) as [th [Hd [[e [He Hmin]] [Hlow [Hup _]]]]]; try lra.
  - intros x y Hx Hy. apply D1; apply Hin; assumption.
  - intros x y Hx Hy. apply D2; apply Hin; assumption.
  - intros z d Hz.
    assert (Hc : close P del c z).
    { intros k Hk. rewrite Rabs_minus_sym. apply Rle_lt_trans with rho; [apply ball_coord with (P := P); [lra|exact Hz|exact Hk]|lra]. }
    assert (Hn := qf_near (M c) (M z) eps d (fun a b Ha Hb => Hnear z Hc a Ha b Hb)).
    specialize (Hq d). assert (Hd2 := n2_nonneg P d).
    assert (eps * INR P * n2 P d <= la / 2 * n2 P d) by (apply Rmult_le_compat_r; assumption). lra.
  - unfold n2. rewrite dot_zero by exact Hcrit. lra.
  - apply Rmult_lt_0_compat; lra.
  - assert (HE : E c = E th).
    { apply Rle_antisym; [|exact Hup]. replace (0 ^ 2 / (2 * (la / 2))) with 0 in Hlow by (field; lra). lra. }
    assert (Hz : n2 P (sub th c) <= 0) by (eapply Rle_trans; [exact Hd|]; right; field; lra).
    assert (Hth : forall k, (k < P)%nat -> th k = c k) by (intros k Hk; generalize (n2_zero P _ Hz k Hk); unfold sub; lra).
    exists e. split; [exact He|]. intros y Hy [k [Hk Hne]]. rewrite HE. apply Hmin.
    + intros j Hj. rewrite Hth by exact Hj. apply Hy, Hj.
    + exists k. split; [exact Hk|]. rewrite Hth by exact Hk. exact Hne.
Qed.

(* RULE 3.1b, strict local minimum at an exactly critical point (kernel: exact_minimum, pivots): g c = 0, the Hessian M is continuous at c and
   symmetric there, with positive pivots; E has derivatives along segments near c. More general than written: any loss and any activations that
   are C^2 near c, not only rational ones. The bound of the least eigenvalue by determinant and trace is curvature_bound. *)
Theorem rule31b E g M c r : 0 < r ->
  (forall x y, ball P c r x -> ball P c r y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => E (line x (sub y x) s)) t (dot P (g (line x (sub y x) t)) (sub y x))) ->
  (forall x y, ball P c r x -> ball P c r y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => dot P (g (line x (sub y x) s)) (sub y x)) t (qf P (M (line x (sub y x) t)) (sub y x))) ->
  (forall a b, (a < P)%nat -> (b < P)%nat -> continuous_at (fun y => M y a b) c) ->
  critical P g c ->
  (forall a b, (a < P)%nat -> (b < P)%nat -> M c a b = M c b a) -> positive_pivots P (M c) ->
  strict_min P E c.
Proof.
  intros Hr D1 D2 Hcont Hcrit Hsym Hpiv. apply (rule31b_definite E g M c r Hr D1 D2 Hcont Hcrit), pivots_definite; assumption.
Qed.

(* ---------- jets of networks are continuous where the second derivatives of the activations are ---------- *)
Lemma continuous_const x c : continuous_at (fun _ => x) c.
Proof. intros eps He. exists 1. split; [lra|]. intros y _. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He. Qed.
Lemma continuous_coord i c : (i < P)%nat -> continuous_at (fun y => y i) c.
Proof. intros Hi eps He. exists eps. split; [exact He|]. intros y Hy. rewrite Rabs_minus_sym. apply Hy, Hi. Qed.
Lemma continuous_both f f' c eps : continuous_at f c -> continuous_at f' c -> 0 < eps ->
  exists del, 0 < del /\ forall y, close P del c y -> Rabs (f y - f c) < eps /\ Rabs (f' y - f' c) < eps.
Proof.
  intros H H' He. destruct (H eps He) as [d [Hd HQ]]. destruct (H' eps He) as [d' [Hd' HQ']].
  exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|]. intros y Hy. split.
  - apply HQ, (close_le _ _ _ _ _ (Rmin_l d d')), Hy.
  - apply HQ', (close_le _ _ _ _ _ (Rmin_r d d')), Hy.
Qed.
Lemma continuous_plus f f' c : continuous_at f c -> continuous_at f' c -> continuous_at (fun y => f y + f' y) c.
Proof.
  intros H H' eps He. destruct (continuous_both f f' c (eps / 2) H H' ltac:(lra)) as [d [Hd HQ]]. exists d. split; [exact Hd|].
  intros y Hy. destruct (HQ y Hy) as [H1 H2].
  replace (f y + f' y - (f c + f' c)) with ((f y - f c) + (f' y - f' c)) by ring.
  eapply Rle_lt_trans; [apply Rabs_triang|]. lra.
Qed.
Lemma continuous_mult f f' c : continuous_at f c -> continuous_at f' c -> continuous_at (fun y => f y * f' y) c.
Proof.
  intros H H' eps He. set (K := 1 + Rabs (f c) + Rabs (f' c)).
  assert (HK : 1 <= K) by (unfold K; generalize (Rabs_pos (f c)) (Rabs_pos (f' c)); lra).
  set (eta := Rmin 1 (eps / K)). assert (HeK : 0 < eps / K) by (apply Rdiv_lt_0_compat; lra).
  assert (Heta : 0 < eta) by (apply Rmin_glb_lt; lra). assert (Heta1 : eta <= 1) by apply Rmin_l.
  assert (Heta2 : eta * K <= eps).
  { apply Rle_trans with (eps / K * K); [apply Rmult_le_compat_r; [lra|apply Rmin_r]|]. right. field. lra. }
  destruct (continuous_both f f' c eta H H' Heta) as [d [Hd HQ]]. exists d. split; [exact Hd|].
  intros y Hy. destruct (HQ y Hy) as [H1 H2].
  replace (f y * f' y - f c * f' c) with ((f y - f c) * (f' y - f' c) + f c * (f' y - f' c) + f' c * (f y - f c)) by ring.
  eapply Rle_lt_trans; [apply Rabs_triang|]. eapply Rle_lt_trans; [apply Rplus_le_compat_r, Rabs_triang|]. rewrite !Rabs_mult.
  assert (P1 := Rabs_pos (f y - f c)). assert (P2 := Rabs_pos (f' y - f' c)).
  assert (P3 := Rabs_pos (f c)). assert (P4 := Rabs_pos (f' c)).
  set (a := Rabs (f y - f c)) in *. set (a' := Rabs (f' y - f' c)) in *. unfold K in Heta2.
  assert (a * a' < eta) by nra. assert (Rabs (f c) * a' <= Rabs (f c) * eta) by (apply Rmult_le_compat_l; lra).
  assert (Rabs (f' c) * a <= Rabs (f' c) * eta) by (apply Rmult_le_compat_l; lra). lra.
Qed.
Lemma continuous_comp (s : R -> R) f c : continuity_pt s (f c) -> continuous_at f c -> continuous_at (fun y => s (f y)) c.
Proof.
  intros Hs H eps He. destruct (Hs eps He) as [alp [Ha HQ]]. destruct (H alp Ha) as [d [Hd Hf]]. exists d. split; [exact Hd|].
  intros y Hy. destruct (Req_dec (f c) (f y)) as [e|ne].
  - rewrite e, Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
  - apply (HQ (f y)). split; [split; [exact I|exact ne]|]. apply (Hf y Hy).
Qed.
Lemma derivable_continuity s z l : derivable_pt_lim s z l -> continuity_pt s z.
Proof. intros H. apply derivable_continuous_pt. exists l. exact H. Qed.

Definition steady (q : vec -> jet) (c : vec) : Prop :=
  continuous_at (fun y => value (q y)) c /\ (forall k, continuous_at (fun y => grad q y k) c) /\
  (forall k l, continuous_at (fun y => hess q y k l) c).
Lemma continuous_ext f f' c : (forall y, f y = f' y) -> continuous_at f c -> continuous_at f' c.
Proof. intros e H eps He. destruct (H eps He) as [d [Hd HQ]]. exists d. split; [exact Hd|]. intros y Hy. rewrite <- !e. apply HQ, Hy. Qed.

Lemma steady_const x c : steady (fun _ => jconst x) c.
Proof.
  split; [exact (continuous_const x c)|split]; [intros k; exact (continuous_const 0 c)|intros k l; exact (continuous_const 0 c)].
Qed.
Lemma steady_coord i c : (i < P)%nat -> steady (jcoord i) c.
Proof.
  intros Hi. split; [apply continuous_coord, Hi|split].
  - intros k. exact (continuous_const (val (if (k =? i)%nat then Some 1 else None)) c).
  - intros k l. exact (continuous_const 0 c).
Qed.
Lemma steady_add q r c : steady q c -> steady r c -> steady (fun y => jadd (q y) (r y)) c.
Proof.
  intros [Q0 [Q1 Q2]] [R0 [R1 R2]]. split; [|split].
  - apply (continuous_plus _ _ c Q0 R0).
  - intros k. apply (continuous_ext (fun y => grad q y k + grad r y k)); [|apply continuous_plus; auto].
    intros y. rewrite (grad_jadd q r). reflexivity.
  - intros k l. apply (continuous_ext (fun y => hess q y k l + hess r y k l)); [|apply continuous_plus; auto].
    intros y. rewrite (hess_jadd q r). reflexivity.
Qed.
Lemma steady_mul q r c : steady q c -> steady r c -> steady (fun y => jmul (q y) (r y)) c.
Proof.
  intros [Q0 [Q1 Q2]] [R0 [R1 R2]]. split; [|split].
  - apply (continuous_mult _ _ c Q0 R0).
  - intros k. eapply continuous_ext; [intros y; rewrite (grad_jmul q r); reflexivity|].
    apply continuous_plus; apply continuous_mult; auto.
  - intros k l. eapply continuous_ext; [intros y; rewrite (hess_jmul q r); reflexivity|].
    apply continuous_plus; apply continuous_plus; apply continuous_mult; auto.
Qed.
Lemma steady_comp s s1 s2 q c : twice_continuous s s1 s2 (value (q c)) -> steady q c -> steady (fun y => jcomp s s1 s2 (q y)) c.
Proof.
  intros [[S1 S2] S3] [Q0 [Q1 Q2]]. apply derivable_continuity in S1. apply derivable_continuity in S2.
  split; [|split].
  - apply (continuous_comp s (fun y => value (q y)) c S1 Q0).
  - intros k. eapply continuous_ext; [intros y; rewrite (grad_jcomp q s s1 s2); reflexivity|].
    apply continuous_mult; [apply (continuous_comp s1 (fun y => value (q y)))|]; auto.
  - intros k l. eapply continuous_ext; [intros y; rewrite (hess_jcomp q s s1 s2); reflexivity|].
    apply continuous_plus; apply continuous_mult; auto.
    + apply (continuous_comp s1 (fun y => value (q y))); auto.
    + apply (continuous_comp s2 (fun y => value (q y))); auto.
    + apply continuous_mult; auto.
Qed.
Lemma steady_sum n q c : (forall k, (k < n)%nat -> steady (fun y => q y k) c) -> steady (fun y => jsum n (q y)) c.
Proof.
  induction n as [|n IH]; intros H; [apply steady_const|]. destruct n as [|n]; [apply (H O); lia|].
  apply (steady_add (fun y => jsum (S n) (q y)) (fun y => q y (S n))); [apply IH; intros; apply H; lia|apply H; lia].
Qed.
Lemma steady_dense off n d b x c u : (off + dsize n d b <= P)%nat -> (u < d)%nat ->
  (forall j, (j < n)%nat -> steady (fun y => x y j) c) -> steady (fun y => jdense off n d b y (x y) u) c.
Proof.
  intros HP Hu Hx. unfold dsize in HP. assert (Hn : (u * n + n <= d * n)%nat) by nia.
  assert (Hs : steady (fun y => jsum n (fun j => jmul (x y j) (jcoord (off + (u * n + j)) y))) c).
  { apply steady_sum. intros j Hj. apply steady_mul; [apply Hx, Hj|apply steady_coord; lia]. }
  unfold jdense. destruct b; [|exact Hs]. apply steady_add; [exact Hs|apply steady_coord]. simpl in HP. lia.
Qed.
Lemma steady_feat ls : forall off n x c, (off + size n (plain ls) <= P)%nat ->
  regular twice_continuous n ls (shift off c) (fun j => value (x c j)) ->
  (forall j, (j < n)%nat -> steady (fun y => x y j) c) ->
  forall u, (u < width n (plain ls))%nat -> steady (fun y => jfeat off n ls y (x y) u) c.
Proof.
  induction ls as [|[[[[d b] s] s1] s2] r IH]; intros off n x c HP Hreg Hx u Hu; [apply Hx, Hu|].
  simpl in *. destruct Hreg as [Hs Hreg].
  apply (IH _ _ (fun y v => jcomp (s v) (s1 v) (s2 v) (jdense off n d b y (x y) v))); [lia| | |exact Hu].
  - simpl. rewrite <- shift_shift. erewrite (functional_extensionality (fun j => s j _)); [exact Hreg|].
    intros v. simpl. rewrite value_jdense. reflexivity.
  - intros v Hv. specialize (Hs v Hv). apply steady_comp.
    + rewrite value_jdense. exact Hs.
    + apply steady_dense; [lia|exact Hv|exact Hx].
Qed.
Lemma steady_tree q t f c : outputs_below q t -> regular_tree twice_continuous t (fun k => value (f c k)) ->
  (forall k, (k < q)%nat -> steady (fun y => f y k) c) -> steady (fun y => jeval t (f y)) c.
Proof.
  intros Ho Hr Hf. induction t as [k|K g IH|s s1 s2 a IH]; simpl in *.
  - apply Hf, Ho.
  - apply steady_sum. intros k Hk. apply IH; [apply Ho, Hk|apply Hr, Hk].
  - destruct Hr as [Hs Hr]. apply steady_comp; [rewrite value_jeval; exact Hs|apply IH; assumption].
Qed.
Theorem steady_loss n ls q b N X T c : (params n (plain ls) q b <= P)%nat -> regular_loss twice_continuous n ls q b N X T c ->
  steady (jloss n ls q b N X T) c.
Proof.
  intros HP Hr. apply steady_sum. intros i Hi. destruct (Hr i Hi) as [Hn [Ht Ho]]. apply steady_tree with (q := q); [exact Ho| |].
  - erewrite (functional_extensionality (fun c => value _)); [exact Ht|]. intros k. apply value_jnet.
  - intros k Hk. apply steady_dense; [exact HP|exact Hk|]. intros j Hj.
    apply (steady_feat ls 0 n (fun _ j => jconst (X i j))); [unfold params in HP; lia|exact Hn|intros; apply steady_const|exact Hj].
Qed.
End Exact.

(* RULE 3.1b for a network (kernel: exact_minimum): activations with two derivatives near c, the second continuous at c; gradient exactly 0 and
   positive pivots at c. *)
Theorem exact_certificate n ls q b N X T c r : let P := params n (plain ls) q b in let J := jloss n ls q b N X T in
  0 < r -> (forall z, ball P c r z -> regular_loss twice n ls q b N X T z) -> regular_loss twice_continuous n ls q b N X T c ->
  critical P (grad J) c -> positive_pivots P (hess J c) -> strict_min P (tree_loss n ls q b N X T) c.
Proof.
  intros P J Hr Hnear Hc Hcrit Hpiv.
  assert (HJ : forall z, ball P c r z -> derived P J z) by (intros z Hz; apply derived_loss; [apply le_n|apply Hnear, Hz]).
  destruct (derived_segments P J c r HJ) as [D1 D2].
  apply (rule31b P _ (grad J) (hess J) c r); try assumption.
  - intros x y Hx Hy t Ht. eapply limit_ext; [| |exact (D1 x y Hx Hy t Ht)]; [intros s; apply value_jloss|reflexivity].
  - intros i j _ _. apply (steady_loss P n ls q b N X T c (le_n _) Hc).
  - intros i j _ _. apply (HJ c); apply cball.
Qed.
(* with the Hessian given as a matrix of rationals and elimination by calculation *)
Corollary exact_certificate_rational n ls q b N X T c r (M : list (list Q)) :
  let P := params n (plain ls) q b in let J := jloss n ls q b N X T in
  0 < r -> (forall z, ball P c r z -> regular_loss twice n ls q b N X T z) -> regular_loss twice_continuous n ls q b N X T c ->
  critical P (grad J) c -> (forall i j, (i < P)%nat -> (j < P)%nat -> hess J c i j = Q2R (entryQ M i j)) -> pivotsQ P M = true ->
  strict_min P (tree_loss n ls q b N X T) c.
Proof.
  intros P J Hr Hnear Hc Hcrit HM Hpiv. apply exact_certificate with (r := r); try assumption.
  apply (positive_pivots_ext _ (fun i j => Q2R (entryQ M i j))); [intros; symmetry; apply HM; assumption|apply pivotsQ_sound, Hpiv].
Qed.
