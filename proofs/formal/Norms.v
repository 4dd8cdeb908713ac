(* Vectors of R^P: inner product, Euclidean distance, balls and boxes.

   Modelling: a vector is a function nat -> R of which the entries at indices < P count (Basins.v). The distance appears squared,
   n2 (sub x y) = |x - y|^2, so that no square root is needed: |x - y| <= r, for r >= 0, is n2 (sub x y) <= r ^ 2. *)
Require Import Reals Lra Lia PeanoNat FunctionalExtensionality.
From Exactland Require Import Sums Basins.
Open Scope R_scope.

Section Norms.
Variable P : nat.
(* inner product, difference, squared length; the closed ball of radius rho around c *)
Definition dot (a b : vec) : R := sum P (fun k => a k * b k).
Definition sub (y x : vec) : vec := fun k => y k - x k.
Definition n2 (a : vec) : R := dot a a.
Definition ball (c : vec) (rho : R) (x : vec) : Prop := n2 (sub x c) <= rho ^ 2.

Lemma n2_nonneg a : 0 <= n2 a.
Proof. apply sum_nonneg. intros k Hk. generalize (Rle_0_sqr (a k)). unfold Rsqr. lra. Qed.
Lemma n2_coord a k : (k < P)%nat -> a k ^ 2 <= n2 a.
Proof.
  unfold n2, dot. induction P as [|n IH]; intros Hk; [lia|]. simpl sum.
  assert (0 <= sum n (fun k => a k * a k))
    by (apply sum_nonneg; intros j Hj; generalize (Rle_0_sqr (a j)); unfold Rsqr; lra).
  destruct (Nat.eq_dec k n) as [->|]; [nra|]. generalize (IH ltac:(lia)). nra.
Qed.
Lemma n2_comb (a b : vec) (s t : R) :
  n2 (fun k => s * a k + t * b k) = s ^ 2 * n2 a + 2 * s * t * dot a b + t ^ 2 * n2 b.
Proof.
  unfold n2, dot. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros. ring.
Qed.
Lemma cauchy a b : dot a b ^ 2 <= n2 a * n2 b.
Proof.
  assert (H := fun s t => n2_nonneg (fun k => s * a k + t * b k)).
  generalize (H (n2 b) (- dot a b)); rewrite n2_comb.
  generalize (n2_nonneg a) (n2_nonneg b). intros Ha Hb H1.
  destruct (Req_dec (n2 b) 0) as [e|ne].
  - generalize (H (dot a b) (- (n2 a + 1) )); rewrite n2_comb, e. intros. nra.
  - assert (0 < n2 b) by lra. apply (Rmult_le_reg_l (n2 b)); [assumption|]. nra.
Qed.


Lemma abs_le_sq a b : 0 <= b -> a ^ 2 <= b ^ 2 -> - b <= a <= b.
Proof. intros Hb Hs. split; nra. Qed.
Lemma n2_sym x y : n2 (sub x y) = n2 (sub y x).
Proof. unfold n2, dot, sub. apply sum_ext. intros. ring. Qed.
Lemma sum_const n a : sum n (fun _ => a) = INR n * a.
Proof. induction n as [|n IH]; [simpl; ring|]. rewrite S_INR. simpl sum. rewrite IH. ring. Qed.
Lemma n2_box a b d : 0 <= d -> (forall k, (k < P)%nat -> Rabs (a k - b k) <= d) ->
  n2 (sub a b) <= ((INR P + 1) * d) ^ 2.
Proof.
  intros Hd Hk. apply Rle_trans with (INR P * d ^ 2).
  - rewrite <- sum_const. apply sum_le. intros k HkP. specialize (Hk k HkP). unfold sub.
    rewrite <- (pow2_abs d), (Rabs_pos_eq d) by exact Hd.
    replace ((a k - b k) * (a k - b k)) with ((a k - b k) ^ 2) by ring. rewrite <- pow2_abs.
    apply pow_incr. split; [apply Rabs_pos|exact Hk].
  - generalize (pos_INR P). intros HP. assert (0 <= d ^ 2) by nra.
    replace (((INR P + 1) * d) ^ 2) with ((INR P + 1) ^ 2 * d ^ 2) by ring.
    apply Rmult_le_compat_r; [assumption|nra].
Qed.
(* triangle inequality, squared *)
Lemma n2_tri x y z a b : 0 <= a -> 0 <= b -> n2 (sub x y) <= a ^ 2 -> n2 (sub y z) <= b ^ 2 ->
  n2 (sub x z) <= (a + b) ^ 2.
Proof.
  intros Ha Hb H1 H2.
  assert (e : sub x z = fun k => 1 * sub x y k + 1 * sub y z k).
  { apply functional_extensionality. intros k. unfold sub. ring. }
  rewrite e, n2_comb.
  assert (C := cauchy (sub x y) (sub y z)).
  assert (Hsq : dot (sub x y) (sub y z) ^ 2 <= (a * b) ^ 2).
  { eapply Rle_trans; [exact C|]. replace ((a * b) ^ 2) with (a ^ 2 * b ^ 2) by ring.
    apply Rmult_le_compat; auto using n2_nonneg. }
  assert (Hab : 0 <= a * b) by nra.
  generalize (abs_le_sq _ _ Hab Hsq). nra.
Qed.

Section Ball.
Variables (c : vec) (rho : R).
Lemma ball_convex x y t : ball c rho x -> ball c rho y -> 0 <= t <= 1 -> ball c rho (line x (sub y x) t).
Proof.
  unfold ball. intros Hx Hy Ht.
  assert (e : sub (line x (sub y x) t) c = fun k => (1 - t) * sub x c k + t * sub y c k).
  { apply functional_extensionality. intros k. unfold sub, line. ring. }
  rewrite e, n2_comb.
  assert (Hd : 0 <= n2 (fun k => 1 * sub x c k + (-1) * sub y c k)) by apply n2_nonneg.
  rewrite n2_comb in Hd.
  assert (0 <= t * (1 - t)) by nra.
  assert (2 * (t * (1 - t)) * dot (sub x c) (sub y c)
     <= (t * (1 - t)) * (n2 (sub x c) + n2 (sub y c))) by nra.
  nra.
Qed.

Lemma cball : ball c rho c.
Proof.
  unfold ball, n2, dot, sub. rewrite sum_zero; [nra|]. intros. ring.
Qed.

Lemma ball_coord x k : 0 <= rho -> ball c rho x -> (k < P)%nat -> Rabs (x k - c k) <= rho.
Proof.
  intros Hr Hx Hk. apply Rabs_le, abs_le_sq; [exact Hr|].
  eapply Rle_trans; [apply (n2_coord (sub x c) k Hk)|exact Hx].
Qed.
End Ball.

(* the box |theta_k - c_k| <= rho for all k: it contains the ball *)
Definition box (c : vec) (rho : R) (x : vec) : Prop := forall k, (k < P)%nat -> Rabs (x k - c k) <= rho.
Lemma ball_box c rho x : 0 <= rho -> ball c rho x -> box c rho x.
Proof. intros Hr Hx k Hk. apply ball_coord; assumption. Qed.

Lemma n2_zero a : n2 a <= 0 -> forall k, (k < P)%nat -> a k = 0.
Proof. intros H k Hk. generalize (n2_coord a k Hk). intros. nra. Qed.
Lemma dot_scal_r a b t : dot a (fun k => t * b k) = t * dot a b.
Proof. unfold dot. rewrite <- sum_scal. apply sum_ext. intros k _. ring. Qed.
Lemma dot_zero a b : (forall k, (k < P)%nat -> a k = 0) -> dot a b = 0.
Proof. intros H. apply sum_zero. intros k Hk. rewrite H by exact Hk. ring. Qed.
Lemma close_n2 (d : R) x y : 0 < d -> close P d x y -> n2 (sub y x) <= ((INR P + 1) * d) ^ 2.
Proof.
  intros Hd H. apply n2_box; [lra|]. intros k Hk. rewrite Rabs_minus_sym. left. apply H, Hk.
Qed.
End Norms.
