(* The losses for labels and probabilities are convex in the outputs and not negative (docs/theorems/losses.md), so that the rules about any convex loss
   apply to them: logistic, softmax cross-entropy and multinomial logistic, as Derivatives.v defines them. All are the logarithm of a sum of
   exponentials of functions that are affine in the outputs, less such a function. *)
Require Import Reals Lra Lia PeanoNat.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule Derivatives.
Open Scope R_scope.

(* exp is above its tangents, and so convex *)
Lemma exp_tangent w u : exp w * (1 + (u - w)) <= exp u.
Proof.
  replace (exp u) with (exp w * exp (u - w)) by (rewrite <- exp_plus; f_equal; ring).
  apply Rmult_le_compat_l; [left; apply exp_pos|]. destruct (Req_dec (u - w) 0) as [->|H]; [rewrite exp_0; lra|left; apply exp_ineq1, H].
Qed.
Lemma exp_convex u v t : 0 <= t <= 1 -> exp ((1 - t) * u + t * v) <= (1 - t) * exp u + t * exp v.
Proof.
  intros Ht. set (w := (1 - t) * u + t * v).
  assert (Hu := exp_tangent w u). assert (Hv := exp_tangent w v).
  apply (Rmult_le_compat_l (1 - t)) in Hu; [|lra]. apply (Rmult_le_compat_l t) in Hv; [|lra].
  replace (exp w) with ((1 - t) * (exp w * (1 + (u - w))) + t * (exp w * (1 + (v - w)))) by (unfold w; ring). lra.
Qed.

(* S u = e0 + sum of exp (u_c), c < q, where e0 >= 0 is e^0 or nothing: the logarithm is convex *)
Definition exp_sum (q : nat) (e0 : R) (u : nat -> R) : R := e0 + sum q (fun c => exp (u c)).
Lemma exp_sum_pos q e0 u : 0 <= e0 -> (0 < q)%nat \/ 0 < e0 -> 0 < exp_sum q e0 u.
Proof.
  intros H0 H. unfold exp_sum. assert (Hs : 0 <= sum q (fun c => exp (u c))) by (apply sum_nonneg; intros; left; apply exp_pos).
  destruct H as [H|H]; [|lra]. destruct q as [|q]; [lia|]. cbn [sum].
  assert (0 <= sum q (fun c => exp (u c))) by (apply sum_nonneg; intros; left; apply exp_pos). generalize (exp_pos (u q)). lra.
Qed.
Lemma log_sum_exp_convex q e0 u v t : e0 = 0 \/ e0 = 1 -> (0 < q)%nat \/ 0 < e0 -> 0 <= t <= 1 ->
  ln (exp_sum q e0 (fun c => (1 - t) * u c + t * v c)) <= (1 - t) * ln (exp_sum q e0 u) + t * ln (exp_sum q e0 v).
Proof.
  intros He Hq Ht. assert (H0 : 0 <= e0) by (destruct He; lra).
  assert (HU := exp_sum_pos q e0 u H0 Hq). assert (HV := exp_sum_pos q e0 v H0 Hq).
  set (A := ln (exp_sum q e0 u)). set (B := ln (exp_sum q e0 v)).
  assert (EA : exp A = exp_sum q e0 u) by (apply exp_ln, HU). assert (EB : exp B = exp_sum q e0 v) by (apply exp_ln, HV).
  set (M := (1 - t) * A + t * B).
  assert (Hterm : forall a b, exp ((1 - t) * a + t * b) <= exp M * ((1 - t) * (exp a / exp A) + t * (exp b / exp B))).
  { intros a b. replace (exp a / exp A) with (exp (a - A)) by (unfold Rminus; rewrite exp_plus, exp_Ropp; reflexivity).
    replace (exp b / exp B) with (exp (b - B)) by (unfold Rminus; rewrite exp_plus, exp_Ropp; reflexivity).
    replace (exp ((1 - t) * a + t * b)) with (exp M * exp ((1 - t) * (a - A) + t * (b - B)))
      by (rewrite <- exp_plus; f_equal; unfold M; ring).
    apply Rmult_le_compat_l; [left; apply exp_pos|]. apply exp_convex, Ht. }
  assert (Hsum : exp_sum q e0 (fun c => (1 - t) * u c + t * v c) <= exp M).
  { replace (exp M) with (exp M * ((1 - t) * (exp_sum q e0 u / exp A) + t * (exp_sum q e0 v / exp B)))
      by (rewrite <- EA, <- EB; field; split; apply Rgt_not_eq, exp_pos).
    unfold exp_sum. apply Rle_trans with (e0 * exp ((1 - t) * 0 + t * 0) + sum q (fun c => exp M * ((1 - t) * (exp (u c) / exp A) + t * (exp (v c) / exp B)))).
    - apply Rplus_le_compat; [replace ((1 - t) * 0 + t * 0) with 0 by ring; rewrite exp_0; lra|].
      apply sum_le. intros c _. apply Hterm.
    - rewrite sum_scal, sum_plus, !sum_scal.
      rewrite (sum_ext q (fun c => exp (u c) / exp A) (fun c => / exp A * exp (u c))) by (intros; unfold Rdiv; ring).
      rewrite (sum_ext q (fun c => exp (v c) / exp B) (fun c => / exp B * exp (v c))) by (intros; unfold Rdiv; ring).
      rewrite !sum_scal. assert (H := Hterm 0 0). rewrite exp_0 in H.
      apply (Rmult_le_compat_l e0) in H; [|exact H0]. unfold Rdiv in *.
      set (x := sum q (fun c => exp (u c))) in *. set (y := sum q (fun c => exp (v c))) in *. nra. }
  apply Rle_trans with (ln (exp M)); [|rewrite ln_exp; right; reflexivity].
  destruct Hsum as [Hlt|Heq]; [left; apply ln_increasing; [apply exp_sum_pos; assumption|exact Hlt]|right; f_equal; exact Heq].
Qed.

(* less a linear function *)
Lemma linear_part q y u v t : sum q (fun c => y c * ((1 - t) * u c + t * v c)) = (1 - t) * sum q (fun c => y c * u c) + t * sum q (fun c => y c * v c).
Proof. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros. ring. Qed.

Theorem cross_entropy_convex q y u v t : (0 < q)%nat -> 0 <= t <= 1 ->
  cross_entropy q y (fun c => (1 - t) * u c + t * v c) <= (1 - t) * cross_entropy q y u + t * cross_entropy q y v.
Proof.
  intros Hq Ht. unfold cross_entropy. rewrite linear_part.
  assert (H := log_sum_exp_convex q 0 u v t (or_introl eq_refl) (or_introl Hq) Ht). unfold exp_sum in H. rewrite !Rplus_0_l in H. lra.
Qed.
Theorem multinomial_convex q y u v t : 0 <= t <= 1 ->
  multinomial q y (fun c => (1 - t) * u c + t * v c) <= (1 - t) * multinomial q y u + t * multinomial q y v.
Proof.
  intros Ht. unfold multinomial. rewrite linear_part.
  assert (H := log_sum_exp_convex q 1 u v t (or_intror eq_refl) (or_intror Rlt_0_1) Ht). unfold exp_sum in H. lra.
Qed.
Theorem logistic_convex y u v t : 0 <= t <= 1 ->
  logistic y (fun c => (1 - t) * u c + t * v c) <= (1 - t) * logistic y u + t * logistic y v.
Proof.
  intros Ht. assert (H := log_sum_exp_convex 1 1 (fun _ => - y * u O) (fun _ => - y * v O) t (or_intror eq_refl) (or_intror Rlt_0_1) Ht).
  unfold exp_sum in H. cbn [sum] in H. rewrite !Rplus_0_l in H. unfold logistic.
  replace (- y * ((1 - t) * u O + t * v O)) with ((1 - t) * (- y * u O) + t * (- y * v O)) by ring. exact H.
Qed.

(* The slopes of docs/theorems/potentials.md, are subgradients: what rules 3.4 and 3.4b ask for. *)
Lemma log_sum_exp_subgradient q e0 f u : e0 = 0 \/ e0 = 1 -> (0 < q)%nat \/ 0 < e0 ->
  ln (exp_sum q e0 f) + sum q (fun c => exp (f c) / exp_sum q e0 f * (u c - f c)) <= ln (exp_sum q e0 u).
Proof.
  intros He Hq. assert (H0 : 0 <= e0) by (destruct He; lra).
  assert (HS := exp_sum_pos q e0 f H0 Hq). assert (HU := exp_sum_pos q e0 u H0 Hq).
  set (S := exp_sum q e0 f) in *. set (w := sum q (fun c => exp (f c) / S * (u c - f c))).
  assert (Hw : S * w = sum q (fun c => exp (f c) * (u c - f c))).
  { unfold w. rewrite <- sum_scal. apply sum_ext. intros c _. field. lra. }
  assert (H : S * exp w <= exp_sum q e0 u).
  { apply Rle_trans with (e0 * (exp w * (1 + (0 - w))) + sum q (fun c => exp (f c) * (exp w * (1 + ((u c - f c) - w))))).
    - right. rewrite (sum_ext q (fun c => exp (f c) * (exp w * (1 + ((u c - f c) - w))))
        (fun c => exp w * (exp (f c) * (u c - f c)) + exp w * (1 - w) * exp (f c))) by (intros; ring).
      rewrite sum_plus, !sum_scal, <- Hw. unfold S, exp_sum at 1 2. ring.
    - unfold exp_sum. apply Rplus_le_compat.
      + assert (H1 := exp_tangent w 0). rewrite exp_0 in H1. apply (Rmult_le_compat_l e0) in H1; [lra|exact H0].
      + apply sum_le. intros c _. replace (exp (u c)) with (exp (f c) * exp (u c - f c)) by (rewrite <- exp_plus; f_equal; ring).
        apply Rmult_le_compat_l; [left; apply exp_pos|apply exp_tangent]. }
  replace (ln S + w) with (ln (S * exp w)) by (rewrite ln_mult, ln_exp by (exact HS || apply exp_pos); reflexivity).
  destruct H as [H|H]; [left; apply ln_increasing; [apply Rmult_lt_0_compat; [exact HS|apply exp_pos]|exact H]|right; f_equal; exact H].
Qed.
Theorem cross_entropy_subgradient q y f u : (0 < q)%nat ->
  cross_entropy q y f + sum q (fun c => (exp (f c) / sum q (fun k => exp (f k)) - y c) * (u c - f c)) <= cross_entropy q y u.
Proof.
  intros Hq. assert (H := log_sum_exp_subgradient q 0 f u (or_introl eq_refl) (or_introl Hq)). unfold exp_sum in H. rewrite !Rplus_0_l in H.
  unfold cross_entropy. rewrite (sum_ext q (fun c => (exp (f c) / sum q (fun k => exp (f k)) - y c) * (u c - f c))
    (fun c => exp (f c) / sum q (fun k => exp (f k)) * (u c - f c) + (-1 * (y c * u c) + y c * f c))) by (intros; ring).
  rewrite !sum_plus, sum_scal. lra.
Qed.
Theorem multinomial_subgradient q y f u :
  multinomial q y f + sum q (fun c => (exp (f c) / (1 + sum q (fun k => exp (f k))) - y c) * (u c - f c)) <= multinomial q y u.
Proof.
  assert (H := log_sum_exp_subgradient q 1 f u (or_intror eq_refl) (or_intror Rlt_0_1)). unfold exp_sum in H.
  unfold multinomial. rewrite (sum_ext q (fun c => (exp (f c) / (1 + sum q (fun k => exp (f k))) - y c) * (u c - f c))
    (fun c => exp (f c) / (1 + sum q (fun k => exp (f k))) * (u c - f c) + (-1 * (y c * u c) + y c * f c))) by (intros; ring).
  rewrite !sum_plus, sum_scal. lra.
Qed.
Theorem logistic_subgradient y f u :
  logistic y f + - y * / (1 + exp (y * f O)) * (u O - f O) <= logistic y u.
Proof.
  assert (H := log_sum_exp_subgradient 1 1 (fun _ => - y * f O) (fun _ => - y * u O) (or_intror eq_refl) (or_intror Rlt_0_1)).
  unfold exp_sum in H. cbn [sum] in H. rewrite !Rplus_0_l in H. unfold logistic.
  replace (exp (- y * f O) / (1 + exp (- y * f O))) with (/ (1 + exp (y * f O))) in H; [lra|].
  replace (- y * f O) with (- (y * f O)) by ring. rewrite exp_Ropp. assert (Hp := exp_pos (y * f O)). field. lra.
Qed.

(* ln is increasing *)
Lemma ln_at_least x u : exp u <= x -> u <= ln x.
Proof.
  intros H. rewrite <- (ln_exp u). destruct H as [H|H]; [left; apply ln_increasing; [apply exp_pos|exact H]|right; f_equal; exact H].
Qed.
Lemma exp_below_sum q u c : (c < q)%nat -> exp (u c) <= sum q (fun c => exp (u c)).
Proof.
  induction q as [|q IH]; intros Hc; [lia|]. cbn [sum].
  assert (0 <= sum q (fun c => exp (u c))) by (apply sum_nonneg; intros; left; apply exp_pos).
  destruct (Nat.eq_dec c q) as [->|ne]; [lra|]. assert (H1 := IH ltac:(lia)). generalize (exp_pos (u q)). lra.
Qed.

(* Not negative. Targets: a probability for every class; the rest up to 1 is that of class 0. *)
Theorem cross_entropy_nonneg q y u : (forall c, (c < q)%nat -> 0 <= y c) -> sum q y = 1 -> 0 <= cross_entropy q y u.
Proof.
  intros Hy H1. unfold cross_entropy. set (L := ln (sum q (fun c => exp (u c)))).
  assert (H : sum q (fun c => y c * u c) <= sum q (fun c => y c * L)).
  { apply sum_le. intros c Hc. apply Rmult_le_compat_l; [apply Hy, Hc|]. apply ln_at_least, exp_below_sum, Hc. }
  rewrite (sum_ext q (fun c => y c * L) (fun c => L * y c)) in H by (intros; ring). rewrite sum_scal, H1 in H. lra.
Qed.
Theorem multinomial_nonneg q y u : (forall c, (c < q)%nat -> 0 <= y c) -> sum q y <= 1 -> 0 <= multinomial q y u.
Proof.
  intros Hy H1. unfold multinomial. set (L := ln (1 + sum q (fun c => exp (u c)))).
  assert (Hs : 0 <= sum q (fun c => exp (u c))) by (apply sum_nonneg; intros; left; apply exp_pos).
  assert (HL : 0 <= L) by (apply ln_at_least; rewrite exp_0; lra).
  assert (H : sum q (fun c => y c * u c) <= sum q (fun c => y c * L)).
  { apply sum_le. intros c Hc. apply Rmult_le_compat_l; [apply Hy, Hc|]. apply ln_at_least. generalize (exp_below_sum q u c Hc). lra. }
  rewrite (sum_ext q (fun c => y c * L) (fun c => L * y c)) in H by (intros; ring). rewrite sum_scal in H.
  assert (0 <= sum q y) by (apply sum_nonneg; exact Hy). nra.
Qed.
Theorem logistic_nonneg y u : 0 <= logistic y u.
Proof. unfold logistic. apply ln_at_least. rewrite exp_0. generalize (exp_pos (- y * u O)). lra. Qed.

(* The sum of such losses over the samples is what rules about any convex loss ask for: rule 4.2 for example. *)
Theorem wide_cross_entropy n ls q b N X Y : (0 < q)%nat -> (N <= width n ls + b2n b)%nat ->
  let E := loss n ls q b X (samples N (fun i => cross_entropy q (Y i))) in forall S, basin (params n ls q b) E S -> ~ suboptimal E S.
Proof.
  intros Hq Hw E. apply wide_network with (N := N); [| |exact Hw].
  - apply samples_local. intros i u v H. unfold cross_entropy. f_equal; [f_equal|]; apply sum_ext; intros c Hc; rewrite H by exact Hc; reflexivity.
  - apply samples_convex. intros. apply cross_entropy_convex; assumption.
Qed.
Theorem wide_multinomial n ls q b N X Y : (N <= width n ls + b2n b)%nat ->
  let E := loss n ls q b X (samples N (fun i => multinomial q (Y i))) in forall S, basin (params n ls q b) E S -> ~ suboptimal E S.
Proof.
  intros Hw E. apply wide_network with (N := N); [| |exact Hw].
  - apply samples_local. intros i u v H. unfold multinomial. f_equal; [f_equal; f_equal|]; apply sum_ext; intros c Hc; rewrite H by exact Hc; reflexivity.
  - apply samples_convex. intros. apply multinomial_convex; assumption.
Qed.
Theorem wide_logistic n ls b N X Y : (N <= width n ls + b2n b)%nat ->
  let E := loss n ls 1 b X (samples N (fun i => logistic (Y i))) in forall S, basin (params n ls 1 b) E S -> ~ suboptimal E S.
Proof.
  intros Hw E. apply wide_network with (N := N); [| |exact Hw].
  - apply samples_local. intros i u v H. unfold logistic. rewrite H by lia. reflexivity.
  - apply samples_convex. intros. apply logistic_convex; assumption.
Qed.

(* Softmax cross-entropy has no strict minimum and no basin (docs/theorems): adding the same number to all outputs changes nothing, and moving one output
   weight (or bias) of every output alike adds the same number. *)
Lemma cross_entropy_shift q y u a : (0 < q)%nat -> sum q y = 1 -> cross_entropy q y (fun c => u c + a) = cross_entropy q y u.
Proof.
  intros Hq H1. unfold cross_entropy.
  rewrite (sum_ext q (fun c => exp (u c + a)) (fun c => exp a * exp (u c))) by (intros; rewrite exp_plus; ring).
  rewrite (sum_ext q (fun c => y c * (u c + a)) (fun c => y c * u c + a * y c)) by (intros; ring).
  assert (Hs := exp_sum_pos q 0 u (Rle_refl 0) (or_introl Hq)). unfold exp_sum in Hs. rewrite Rplus_0_l in Hs.
  rewrite sum_plus, !sum_scal, H1, ln_mult, ln_exp by (exact Hs || apply exp_pos). ring.
Qed.
Theorem cross_entropy_no_basin n ls q b N X Y : (0 < q)%nat -> (0 < width n ls + b2n b)%nat -> (forall i, (i < N)%nat -> sum q (Y i) = 1) ->
  forall th, in_no_basin (params n ls q b) (loss n ls q b X (samples N (fun i => cross_entropy q (Y i)))) th.
Proof.
  intros Hq Hh HY th. set (L := samples N (fun i => cross_entropy q (Y i))).
  assert (HL : local N q L).
  { apply samples_local. intros i u v H. unfold cross_entropy. f_equal; [f_equal|]; apply sum_ext; intros c Hc; rewrite H by exact Hc; reflexivity. }
  set (h := (width n ls + b2n b)%nat) in *. set (idx := didx (size n ls) (width n ls) q).
  set (d := dir h q idx (fun j _ => if (j =? 0)%nat then 1 else 0)).
  assert (Hd : forall j c, (j < h)%nat -> (c < q)%nat -> d (idx j c) = if (j =? 0)%nat then 1 else 0)
    by (intros j c Hj Hc; apply (dir_in h q idx (didx_inj (size n ls) (width n ls) q b)); assumption).
  apply line_in_no_basin with (d := d).
  - apply loss_reads with N, HL.
  - exists (idx 0%nat 0%nat). split; [apply (i_lt n ls q b); assumption|]. rewrite Hd by assumption. simpl. lra.
  - intros t. rewrite !(Networks.E_eq n ls q b N X L HL).
    assert (Ha : agree (params n ls q b) h q idx (line th d t) th).
    { intros k _ Hout. unfold line, d. rewrite dir_out by exact Hout. ring. }
    unfold L, samples. apply sum_ext. intros i Hi.
    set (f := fun c => mulm h (fun i => aug (width n ls) (feat n ls th (X i))) (block idx th) i c).
    transitivity (cross_entropy q (Y i) f); [|reflexivity].
    rewrite <- (cross_entropy_shift q (Y i) f (t * aug (width n ls) (feat n ls th (X i)) 0%nat) Hq (HY i Hi)).
    unfold cross_entropy. assert (Hf : forall c, (c < q)%nat ->
      mulm h (fun i => aug (width n ls) (feat n ls (line th d t) (X i))) (block idx (line th d t)) i c
      = f c + t * aug (width n ls) (feat n ls th (X i)) 0%nat).
    { intros c Hc. unfold f, mulm, mulv.
      rewrite (sum_ext h _ (fun j => aug (width n ls) (feat n ls th (X i)) j * block idx th j c
        + t * (if (j =? 0)%nat then aug (width n ls) (feat n ls th (X i)) 0%nat else 0))).
      - rewrite sum_plus, sum_scal, (sum_single h (fun j => if (j =? 0)%nat then aug (width n ls) (feat n ls th (X i)) 0%nat else 0) 0%nat Hh); [reflexivity|].
        intros j _ ne. destruct (Nat.eqb_spec j 0); [contradiction|reflexivity].
      - intros j Hj. rewrite (Networks.F_ext n ls q b N X _ _ Ha i j Hi Hj). unfold block, line. rewrite Hd by assumption.
        destruct (Nat.eqb_spec j 0) as [->|]; ring. }
    f_equal; [f_equal|]; apply sum_ext; intros c Hc; rewrite Hf by exact Hc; reflexivity.
Qed.
