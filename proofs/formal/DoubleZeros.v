(* Construction A, double zeros (docs/theorems/constructions.md): strict local minima that are not global, by
   `exactland.constructions.double_zero`; and, for exponential units with one input, at every width below the wall (W2, second half).

   Modelling.  Networks of one hidden layer as in Potentials.v: any number of inputs, hidden bias or not, q outputs, output bias or not,
   half the squared error.  The residual t r sits in output c0, the other outputs fit their targets exactly (for one output c0 = 0).
   The proof goes by potentials (`strict_potentials`) and not by the Hessian: t v_j phi > 0 near w_j, except at w_j, shows strictness, and
   s need only be differentiable near every w_j . x_i and twice differentiable at it (the written statement asks C^2, which is more). *)
Require Import Reals Lra Lia PeanoNat List Bool Classical.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule Norms Compactness Potentials ExponentialSums.
Import ListNotations.
Open Scope R_scope.

Lemma risk_ext n m hb s q b N X l x y : (forall i u v, (forall c, (c < q)%nat -> u c = v c) -> l i u = l i v) ->
  (forall k, (k < npar n m hb s q b)%nat -> x k = y k) -> risk n m hb s q b N X l x = risk n m hb s q b N X l y.
Proof.
  intros Hl Hxy. apply sum_ext. intros i _. apply Hl. intros c Hc. apply net_ext; assumption.
Qed.
Lemma hse_local q (Y : nat -> nat -> R) : forall i u v, (forall c, (c < q)%nat -> u c = v c) -> hse q (Y i) u = hse q (Y i) v.
Proof. intros i u v H. unfold hse. f_equal. apply sum_ext. intros c Hc. rewrite H by exact Hc. reflexivity. Qed.

Lemma cauchy_sum n (a b : nat -> R) : sum n (fun i => a i * b i) ^ 2 <= sum n (fun i => a i * a i) * sum n (fun i => b i * b i).
Proof. exact (cauchy n a b). Qed.
Lemma squares_abs n (a : nat -> R) : sum n (fun i => a i ^ 2) <= sum n (fun i => Rabs (a i)) ^ 2.
Proof.
  induction n as [|n IH]; cbn [sum]; [lra|].
  assert (HS : 0 <= sum n (fun i => Rabs (a i))) by (apply sum_nonneg; intros; apply Rabs_pos).
  assert (Hsq := pow2_abs (a n)). assert (Hp := Rabs_pos (a n)).
  set (S := sum n (fun i => Rabs (a i))) in *. set (x := Rabs (a n)) in *.
  replace ((S + x) ^ 2) with (S ^ 2 + x ^ 2 + 2 * (S * x)) by ring. assert (0 <= S * x) by (apply Rmult_le_pos; assumption). lra.
Qed.

Section DoubleZeros.
Variables (n m : nat) (hb : bool) (s s1 s2 : R -> R) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (c0 : nat).
Variables (r : nat -> R) (th : vec) (sg : nat -> R) (t : R).
Let D := dim n hb.
Let w (j : nat) : vec := win n m th j.
Let v (j : nat) : R := vout n m hb q th c0 j.
Let z (i j : nat) : R := pre n hb (X i) (w j).
Definition varphi (u : vec) : R := sum N (fun i => r i * s (pre n hb (X i) u)).
(* y = f(X) - t r in output c0, y = f(X) in the others *)
Definition targets (i c : nat) : R := out n m hb s q b X th i c - (if (c =? c0)%nat then t * r i else 0).
Let E := risk_hse n m hb s q b N X targets.
Let P := npar n m hb s q b.

Hypothesis c0_lt : (c0 < q)%nat.
Hypothesis t_pos : 0 < t.
Hypothesis smooth : forall i j, (i < N)%nat -> (j < m)%nat ->
  (exists e, 0 < e /\ forall u, Rabs (u - z i j) < e -> is_derive s u (s1 u)) /\ is_derive s1 (z i j) (s2 (z i j)).
Hypothesis value : forall j, (j < m)%nat -> varphi (w j) = 0.
Hypothesis gradient : forall j k, (j < m)%nat -> (k < D)%nat -> sum N (fun i => r i * s1 (z i j) * inp n (X i) k) = 0.
(* the Hessian of phi at w_j is definite with the sign of sg j *)
Hypothesis hessian : forall j d, (j < m)%nat -> (exists k, (k < D)%nat /\ d k <> 0) ->
  0 < sg j * sum N (fun i => r i * s2 (z i j) * pre n hb (X i) d ^ 2).
Hypothesis signs : forall j, (j < m)%nat -> 0 < sg j * v j.
Hypothesis bias : b = true -> sum N r = 0.

Lemma residual_targets i c : residual n m hb s q b X targets th i c = if (c =? c0)%nat then t * r i else 0.
Proof. unfold residual, targets. ring. Qed.
Lemma potential_c0 u : potential n hb s N X (residual n m hb s q b X targets th) c0 u = t * varphi u.
Proof.
  unfold potential, varphi. rewrite <- sum_scal. apply sum_ext. intros i _. rewrite residual_targets, Nat.eqb_refl. ring.
Qed.
Lemma potential_other c u : c <> c0 -> potential n hb s N X (residual n m hb s q b X targets th) c u = 0.
Proof.
  intros Hc. apply sum_zero. intros i _. rewrite residual_targets. destruct (Nat.eqb_spec c c0); [contradiction|ring].
Qed.
Lemma positive_near j : (j < m)%nat -> exists e, 0 < e /\ forall u, close D e (w j) u ->
  (exists k, (k < D)%nat /\ u k <> w j k) -> 0 < v j * varphi u.
Proof.
  intros Hj. apply (definite D N s (fun i => inp n (X i)) r (w j) s1 (fun i => s2 (z i j)) (v j)).
  - apply value, Hj.
  - intros i Hi _. apply smooth; assumption.
  - intros k Hk. apply gradient; assumption.
  - intros d Hd. assert (H := hessian j d Hj Hd). assert (Hs := signs j Hj).
    change (0 < v j * sum N (fun i => r i * s2 (z i j) * pre n hb (X i) d ^ 2)).
    set (Q := sum N (fun i => r i * s2 (z i j) * pre n hb (X i) d ^ 2)) in *.
    destruct (Rtotal_order (sg j) 0) as [Hn|[Hz|Hp]]; [|rewrite Hz in H; lra|].
    + assert (v j < 0) by nra. assert (Q < 0) by nra. nra.
    + assert (0 < v j) by nra. assert (0 < Q) by nra. nra.
Qed.
Lemma v_nonzero j : (j < m)%nat -> v j <> 0.
Proof. intros Hj Hz. generalize (signs j Hj). rewrite Hz. lra. Qed.

Lemma all_units_ok j c : (j < m)%nat -> (c < q)%nat -> unit_ok n m hb s q N X th (residual n m hb s q b X targets th) j c.
Proof.
  intros Hj Hc. destruct (Nat.eq_dec c c0) as [->|ne].
  - split; [rewrite potential_c0; fold (w j); rewrite (value j Hj); ring|]. split; [intros _|intros Hz; exfalso; apply (v_nonzero j Hj Hz)].
    destruct (positive_near j Hj) as [e [He H]]. exists e. split; [exact He|]. intros u Hu. rewrite potential_c0. fold (v j).
    destruct (classic (exists k, (k < D)%nat /\ u k <> w j k)) as [Hne|Hne].
    + generalize (H u Hu Hne). nra.
    + assert (Hval : varphi u = varphi (w j)).
      { apply sum_ext. intros i _. f_equal. f_equal. apply pre_ext. intros k Hk.
        destruct (Req_dec (u k) (w j k)) as [|Hk']; [assumption|exfalso]. apply Hne. exists k. split; assumption. }
      rewrite Hval, (value j Hj). lra.
  - split; [apply potential_other, ne|]. split; intros _; exists 1; (split; [lra|]); intros u _; rewrite potential_other by exact ne; lra.
Qed.
Lemma all_balanced : balanced q b N (residual n m hb s q b X targets th).
Proof.
  intros Hb c Hc. rewrite (sum_ext N _ (fun i => (if (c =? c0)%nat then t else 0) * r i)).
  - rewrite sum_scal, (bias Hb). ring.
  - intros i _. rewrite residual_targets. destruct (c =? c0)%nat; ring.
Qed.

(* A's loss *)
Theorem double_zeros_loss : E th = t ^ 2 * sum N (fun i => r i ^ 2) / 2.
Proof.
  unfold E, risk_hse, risk, loss, samples. unfold Rdiv. rewrite <- sum_scal, Rmult_comm, <- sum_scal. apply sum_ext. intros i _.
  unfold hse. rewrite (sum_single q _ c0 c0_lt).
  - unfold targets. rewrite Nat.eqb_refl. unfold out. field.
  - intros c Hc ne. unfold targets. destruct (Nat.eqb_spec c c0); [contradiction|]. unfold out. ring.
Qed.

(* Without independence of the features: a local minimum.  (So are copies of one unit, construction F, at every width.) *)
Theorem double_zeros_local : local_min P E th.
Proof. apply unit_potentials_hse; [apply all_balanced|apply all_units_ok]. Qed.

(* CONSTRUCTION A: a strict local minimum. *)
Theorem double_zeros_strict :
  (forall a, (forall i, (i < N)%nat -> mulv (m + b2n b) (aug m (fun j => s (z i j))) a = 0) -> forall j, (j < m + b2n b)%nat -> a j = 0) ->
  strict_min P E th.
Proof.
  intros Hind. apply (strict_potentials n m hb s q b N X _ th (residual n m hb s q b X targets th)).
  - intros i _ u. apply hse_subgradient.
  - apply all_balanced.
  - apply all_units_ok.
  - intros j Hj. exists c0. split; [exact c0_lt|]. split; [apply v_nonzero, Hj|].
    destruct (positive_near j Hj) as [e [He H]]. exists e. split; [exact He|]. intros u Hu Hne. rewrite potential_c0. fold (v j).
    generalize (H u Hu Hne). nra.
  - intros i _ u. apply hse_strict.
  - exact Hind.
Qed.

(* phi is not identically zero *)
Lemma varphi_nonzero : (0 < D)%nat -> (0 < m)%nat -> exists u, varphi u <> 0.
Proof.
  intros HD Hm. destruct (positive_near 0 Hm) as [e [He H]].
  exists (fun k => w 0 k + e / 2). intros Hz. assert (Hp : 0 < v 0 * varphi (fun k => w 0 k + e / 2)); [|rewrite Hz in Hp; lra].
  apply H.
  - intros k _. replace (w 0 k - (w 0 k + e / 2)) with (- (e / 2)) by ring. rewrite Rabs_Ropp, Rabs_right; lra.
  - exists O. split; [exact HD|lra].
Qed.
End DoubleZeros.

(* ---------- not global ---------- *)
Section NotGlobal.
Variables (n m : nat) (hb : bool) (s : R -> R) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (c0 : nat) (r : nat -> R) (u : vec).
Hypothesis c0_lt : (c0 < q)%nat.
Hypothesis m_pos : (0 < m)%nat.
Let phi_u := varphi n hb s N X r u.
Hypothesis phi_nonzero : phi_u <> 0.
Let R2 := sum N (fun i => r i ^ 2).
Let S2 := sum N (fun i => s (pre n hb (X i) u) ^ 2).
Let K := R2 - phi_u ^ 2 / S2.
Definition f_abs (th : vec) : R := sum N (fun i => sum q (fun c => Rabs (out n m hb s q b X th i c))).
Definition f_squares (th : vec) : R := sum N (fun i => sum q (fun c => out n m hb s q b X th i c ^ 2)).

(* the network whose first unit is -t a s(u . x), a = phi(u) / |s(Xu)|^2, in output c0, and whose other output weights are 0 *)
Let a := phi_u / S2.
Definition better (t : R) : vec := assemble n m hb q b (fun _ => u)
  (fun c j => if (c =? c0)%nat then (if (j =? 0)%nat then - t * a else 0) else 0).

Lemma better_out t i c : (c < q)%nat ->
  out n m hb s q b X (better t) i c = if (c =? c0)%nat then - t * a * s (pre n hb (X i) u) else 0.
Proof.
  intros Hc. unfold out. rewrite net_one by exact Hc.
  assert (Hv : forall j, (j < m + b2n b)%nat -> vout n m hb q (better t) c j = if (c =? c0)%nat then (if (j =? 0)%nat then - t * a else 0) else 0).
  { intros j Hj. apply vout_assemble; assumption. }
  unfold outbias. rewrite (sum_single m _ O m_pos).
  - rewrite Hv by lia. rewrite Nat.eqb_refl.
    rewrite (pre_ext n hb (X i) (win n m (better t) 0) u) by (intros k Hk; apply (win_assemble n m hb q b); assumption).
    destruct b; [rewrite Hv by (simpl; lia)|]; destruct (c =? c0)%nat; try (destruct (Nat.eqb_spec m 0); [lia|]); ring.
  - intros j Hj ne. rewrite Hv by lia. destruct (Nat.eqb_spec j 0); [contradiction|]. destruct (c =? c0)%nat; ring.
Qed.

Lemma S2_pos : 0 < S2.
Proof.
  destruct (Rle_lt_dec S2 0) as [Hle|]; [exfalso|assumption]. apply phi_nonzero. apply sum_zero. intros i Hi.
  assert (H : s (pre n hb (X i) u) ^ 2 = 0).
  { apply (sum_pos_zero N (fun i => s (pre n hb (X i) u) ^ 2)); [intros; apply pow2_ge_0|exact Hle|exact Hi]. }
  replace (s (pre n hb (X i) u)) with 0; [ring|]. symmetry. apply Rsqr_0_uniq. unfold Rsqr. simpl in H. lra.
Qed.
Lemma K_residual : sum N (fun i => (r i - a * s (pre n hb (X i) u)) * (r i - a * s (pre n hb (X i) u))) = K.
Proof.
  rewrite (sum_ext N _ (fun i => r i ^ 2 + (- 2 * a * (r i * s (pre n hb (X i) u)) + a ^ 2 * s (pre n hb (X i) u) ^ 2))) by (intros; ring).
  rewrite !sum_plus, !sum_scal. change (sum N (fun i => r i * s (pre n hb (X i) u))) with phi_u.
  change (sum N (fun i => s (pre n hb (X i) u) ^ 2)) with S2. change (sum N (fun i => r i ^ 2)) with R2. unfold K, a. field.
  generalize S2_pos. lra.
Qed.
Lemma K_bounds : 0 <= K < R2.
Proof.
  split.
  - rewrite <- K_residual. apply (n2_nonneg N (fun i => r i - a * s (pre n hb (X i) u))).
  - unfold K. assert (0 < phi_u ^ 2 / S2); [|lra]. apply Rdiv_lt_0_compat; [|apply S2_pos].
    generalize (Rsqr_pos_lt _ phi_nonzero). unfold Rsqr. simpl. lra.
Qed.
(* the gap of the two norms *)
Definition gap : R := sqrt R2 - sqrt K.
Lemma gap_pos : 0 < gap.
Proof. unfold gap. generalize (sqrt_lt_1 K R2 (proj1 K_bounds) ltac:(generalize K_bounds; lra) (proj2 K_bounds)). lra. Qed.

(* A, not global: if t sqrt(|r|^2 - phi(u)^2 / |s(Xu)|^2) + |f(X)| < t |r|, the network `better t` has a smaller loss. *)
Theorem double_zeros_better th t : 0 < t -> t * sqrt K + sqrt (f_squares th) < t * sqrt R2 ->
  risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) (better t)
  < risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) th.
Proof.
  intros Ht Hlt. rewrite (double_zeros_loss n m hb s q b N X c0 r th t c0_lt). fold R2.
  set (rho := fun i => r i - a * s (pre n hb (X i) u)). set (f := fun i c => out n m hb s q b X th i c).
  assert (HF0 : 0 <= f_squares th) by (apply sum_nonneg; intros; apply sum_nonneg; intros; apply pow2_ge_0).
  assert (HE : risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) (better t)
    = (t ^ 2 * K - 2 * t * sum N (fun i => rho i * f i c0) + f_squares th) / 2).
  { unfold risk_hse, risk, loss, samples. rewrite <- K_residual, <- !sum_scal. unfold f_squares, Rminus, Rdiv.
    rewrite <- (Rmult_1_l (- _)), Ropp_mult_distr_r_reverse, <- Ropp_mult_distr_l_reverse, <- sum_scal, <- !sum_plus, Rmult_comm, <- sum_scal.
    apply sum_ext. intros i _. unfold hse, Rdiv. rewrite Rmult_comm. f_equal.
    rewrite (sum_ext q _ (fun c => (if (c =? c0)%nat then (t * rho i) ^ 2 - 2 * t * rho i * f i c else 0) + f i c ^ 2)).
    - rewrite sum_plus, (sum_single q _ c0 c0_lt).
      + rewrite Nat.eqb_refl. unfold rho, f. ring.
      + intros c Hc ne. destruct (Nat.eqb_spec c c0); [contradiction|reflexivity].
    - intros c Hc. change (net n (one m hb s) q b (better t) (X i) c) with (out n m hb s q b X (better t) i c).
      rewrite better_out by exact Hc. unfold targets. fold (f i c). destruct (Nat.eqb_spec c c0) as [->|ne]; unfold rho; ring. }
  rewrite HE. assert (HK := K_bounds).
  assert (HC : sum N (fun i => rho i * f i c0) ^ 2 <= K * f_squares th).
  { eapply Rle_trans; [apply cauchy_sum|]. unfold rho. rewrite K_residual. apply Rmult_le_compat_l; [apply HK|].
    apply sum_le. intros i _. replace (f i c0 * f i c0) with (f i c0 ^ 2) by ring.
    apply Rle_trans with (sum q (fun c => e_ c0 c * f i c ^ 2)).
    - rewrite (sum_e q c0 (fun c => f i c ^ 2) c0_lt). lra.
    - apply sum_le. intros c _. unfold e_, f. generalize (pow2_ge_0 (out n m hb s q b X th i c)). destruct (c0 =? c)%nat; lra. }
  assert (Hk := sqrt_sqrt K (proj1 HK)). assert (Hk0 := sqrt_pos K). assert (Hf := sqrt_sqrt _ HF0). assert (Hf0 := sqrt_pos (f_squares th)).
  assert (Hr := sqrt_sqrt R2 ltac:(lra)). assert (Hr0 := sqrt_pos R2).
  set (k := sqrt K) in *. set (g := sqrt (f_squares th)) in *. set (rr := sqrt R2) in *.
  set (C := sum N (fun i => rho i * f i c0)) in *. rewrite <- Hk, <- Hf in HC |- *. rewrite <- Hr.
  assert (Hab : - C <= k * g) by (assert (0 <= k * g) by nra; nra).
  assert (Hsq : (t * k + g) ^ 2 < (t * rr) ^ 2) by (assert (0 <= t * k) by nra; nra). nra.
Qed.

Lemma f_squares_abs th : sqrt (f_squares th) <= f_abs th.
Proof.
  assert (Hp : 0 <= f_abs th) by (apply sum_nonneg; intros; apply sum_nonneg; intros; apply Rabs_pos).
  rewrite <- (sqrt_pow2 (f_abs th)) by exact Hp. apply sqrt_le_1_alt. unfold f_squares, f_abs.
  apply Rle_trans with (sum N (fun i => sum q (fun c => Rabs (out n m hb s q b X th i c)) ^ 2)).
  - apply sum_le. intros i _. apply squares_abs.
  - eapply Rle_trans; [apply squares_abs|]. right. f_equal. apply sum_ext. intros i _. apply Rabs_right, Rle_ge.
    apply sum_nonneg. intros. apply Rabs_pos.
Qed.

(* t large enough: the parameters are kept, and the targets move away along r *)
Theorem not_global_large_t th : exists T, forall t, T < t -> exists th',
  risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) th'
  < risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) th.
Proof.
  assert (Hg := gap_pos). assert (Hf0 := sqrt_pos (f_squares th)). exists (sqrt (f_squares th) / gap). intros t Ht. exists (better t).
  assert (Hq : 0 <= sqrt (f_squares th) / gap) by (apply Rmult_le_pos; [exact Hf0|left; apply Rinv_0_lt_compat, Hg]).
  apply double_zeros_better; [lra|].
  assert (H : sqrt (f_squares th) < t * gap).
  { apply (Rmult_lt_compat_r gap) in Ht; [|exact Hg]. unfold Rdiv in Ht. rewrite Rmult_assoc, Rinv_l in Ht by lra. lra. }
  unfold gap in H. lra.
Qed.

(* |v| small enough: all output weights (and output biases) below some eta, for given incoming weights and t *)
Theorem not_global_small_v (w : nat -> vec) t : 0 < t -> exists eta, 0 < eta /\ forall th,
  (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) ->
  (forall c j, (c < q)%nat -> (j < m + b2n b)%nat -> Rabs (vout n m hb q th c j) < eta) -> exists th',
  risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) th'
  < risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) th.
Proof.
  intros Ht. assert (Hg := gap_pos).
  set (G := sum N (fun i => sum q (fun c => sum m (fun j => Rabs (s (pre n hb (X i) (w j)))) + 1))).
  assert (HG : 0 <= G).
  { apply sum_nonneg. intros i _. apply sum_nonneg. intros c _.
    assert (0 <= sum m (fun j => Rabs (s (pre n hb (X i) (w j))))) by (apply sum_nonneg; intros; apply Rabs_pos). lra. }
  exists (t * gap / (G + 1)). assert (Heta : 0 < t * gap / (G + 1)) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption|lra]).
  split; [exact Heta|]. intros th Hw Hv. set (eta := t * gap / (G + 1)) in *. exists (better t). apply double_zeros_better; [exact Ht|].
  assert (Hf : f_abs th <= eta * G).
  { unfold f_abs, G. rewrite <- sum_scal. apply sum_le. intros i _. rewrite <- sum_scal. apply sum_le. intros c Hc.
    unfold out. rewrite net_one by exact Hc. rewrite Rmult_plus_distr_l.
    eapply Rle_trans; [apply Rabs_triang|]. apply Rplus_le_compat.
    - assert (Habs : forall M (F : nat -> R), Rabs (sum M F) <= sum M (fun j => Rabs (F j))).
      { clear. induction M as [|M IH]; intros F; simpl; [rewrite Rabs_R0; lra|].
        eapply Rle_trans; [apply Rabs_triang|]. generalize (IH F). lra. }
      eapply Rle_trans; [apply Habs|]. rewrite <- sum_scal. apply sum_le. intros j Hj. rewrite Rabs_mult.
      rewrite (pre_ext n hb (X i) (win n m th j) (w j)) by (intros k Hk; apply Hw; assumption).
      apply Rmult_le_compat_r; [apply Rabs_pos|]. left. apply Hv; [exact Hc|lia].
    - unfold outbias. destruct b; [|rewrite Rabs_R0; lra]. rewrite Rmult_1_r. left. apply Hv; [exact Hc|simpl; lia]. }
  assert (HeG : eta * G < t * gap).
  { apply Rlt_le_trans with (eta * (G + 1)); [nra|]. right. unfold eta. field. lra. }
  assert (Hs := f_squares_abs th). unfold gap in HeG. lra.
Qed.
End NotGlobal.

Lemma strict_and_not_global n m hb s q b N X Y th th' : let E := risk_hse n m hb s q b N X Y in
  strict_min (npar n m hb s q b) E th -> E th' < E th ->
  basin (npar n m hb s q b) E (point (npar n m hb s q b) th) /\ suboptimal E (point (npar n m hb s q b) th).
Proof.
  intros E Hmin Hlt.
  assert (Hext : forall x y, (forall k, (k < npar n m hb s q b)%nat -> x k = y k) -> E x = E y) by (intros x y; apply risk_ext, hse_local).
  split; [apply strict_min_basin; assumption|]. exists th'. intros x Hx. rewrite <- (Hext th x Hx). exact Hlt.
Qed.

(* A in one sentence (large t): the data f(X) - t r have a bad basin, the point theta. *)
Theorem double_zeros_bad_basin n m hb s s1 s2 q b N X c0 r th sg :
  let z := fun i j => pre n hb (X i) (win n m th j) in
  (c0 < q)%nat -> (0 < m)%nat -> (0 < dim n hb)%nat ->
  (forall i j, (i < N)%nat -> (j < m)%nat ->
    (exists e, 0 < e /\ forall u, Rabs (u - z i j) < e -> is_derive s u (s1 u)) /\ is_derive s1 (z i j) (s2 (z i j))) ->
  (forall j, (j < m)%nat -> varphi n hb s N X r (win n m th j) = 0) ->
  (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> sum N (fun i => r i * s1 (z i j) * inp n (X i) k) = 0) ->
  (forall j d, (j < m)%nat -> (exists k, (k < dim n hb)%nat /\ d k <> 0) ->
    0 < sg j * sum N (fun i => r i * s2 (z i j) * pre n hb (X i) d ^ 2)) ->
  (forall j, (j < m)%nat -> 0 < sg j * vout n m hb q th c0 j) ->
  (b = true -> sum N r = 0) ->
  (forall a, (forall i, (i < N)%nat -> mulv (m + b2n b) (aug m (fun j => s (z i j))) a = 0) -> forall j, (j < m + b2n b)%nat -> a j = 0) ->
  exists T, forall t, T < t -> let E := risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) in
    strict_min (npar n m hb s q b) E th /\ E th = t ^ 2 * sum N (fun i => r i ^ 2) / 2 /\
    basin (npar n m hb s q b) E (point (npar n m hb s q b) th) /\ suboptimal E (point (npar n m hb s q b) th).
Proof.
  intros z Hc Hm HD Hs Hval Hgrad Hhess Hsg Hb Hind.
  destruct (varphi_nonzero n m hb s s1 s2 q N X c0 r th sg Hs Hval Hgrad Hhess Hsg HD Hm) as [u Hu].
  destruct (not_global_large_t n m hb s q b N X c0 r u Hc Hm Hu th) as [T HT].
  exists (Rmax T 0). intros t Ht E.
  assert (Ht1 : T < t) by (generalize (Rmax_l T 0); lra). assert (Ht2 : 0 < t) by (generalize (Rmax_r T 0); lra).
  assert (Hmin : strict_min (npar n m hb s q b) E th)
    by (apply (double_zeros_strict n m hb s s1 s2 q b N X c0 r th sg t); assumption).
  split; [exact Hmin|]. split; [apply double_zeros_loss, Hc|]. destruct (HT t Ht1) as [th' Hlt]. exact (strict_and_not_global _ _ _ _ _ _ _ _ _ _ th' Hmin Hlt).
Qed.
(* A in one sentence (small v): for given incoming weights and t, whatever the output weights (and biases), if they are small and have the signs. *)
Theorem double_zeros_bad_basin_small_v n m hb s s1 s2 q b N X c0 r (w : nat -> vec) sg t :
  let z := fun i j => pre n hb (X i) (w j) in
  (c0 < q)%nat -> (0 < m)%nat -> (0 < dim n hb)%nat -> 0 < t ->
  (forall i j, (i < N)%nat -> (j < m)%nat ->
    (exists e, 0 < e /\ forall u, Rabs (u - z i j) < e -> is_derive s u (s1 u)) /\ is_derive s1 (z i j) (s2 (z i j))) ->
  (forall j, (j < m)%nat -> varphi n hb s N X r (w j) = 0) ->
  (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> sum N (fun i => r i * s1 (z i j) * inp n (X i) k) = 0) ->
  (forall j d, (j < m)%nat -> (exists k, (k < dim n hb)%nat /\ d k <> 0) ->
    0 < sg j * sum N (fun i => r i * s2 (z i j) * pre n hb (X i) d ^ 2)) ->
  (b = true -> sum N r = 0) ->
  (forall a, (forall i, (i < N)%nat -> mulv (m + b2n b) (aug m (fun j => s (z i j))) a = 0) -> forall j, (j < m + b2n b)%nat -> a j = 0) ->
  exists eta, 0 < eta /\ forall th,
    (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) ->
    (forall j, (j < m)%nat -> 0 < sg j * vout n m hb q th c0 j) ->
    (forall c j, (c < q)%nat -> (j < m + b2n b)%nat -> Rabs (vout n m hb q th c j) < eta) ->
    let E := risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) in
    strict_min (npar n m hb s q b) E th /\ E th = t ^ 2 * sum N (fun i => r i ^ 2) / 2 /\
    basin (npar n m hb s q b) E (point (npar n m hb s q b) th) /\ suboptimal E (point (npar n m hb s q b) th).
Proof.
  intros z Hc Hm HD Ht Hs Hval Hgrad Hhess Hb Hind.
  (* the hypotheses at any parameters with these incoming weights *)
  assert (Hz : forall th, (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) ->
    forall i j, (j < m)%nat -> pre n hb (X i) (win n m th j) = z i j)
    by (intros th Hw i j Hj; apply pre_ext; intros k Hk; apply Hw; assumption).
  assert (Hs' : forall th, (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) -> forall i j, (i < N)%nat -> (j < m)%nat ->
    (exists e, 0 < e /\ forall u, Rabs (u - pre n hb (X i) (win n m th j)) < e -> is_derive s u (s1 u)) /\
    is_derive s1 (pre n hb (X i) (win n m th j)) (s2 (pre n hb (X i) (win n m th j))))
    by (intros th Hw i j Hi Hj; rewrite (Hz th Hw) by exact Hj; apply Hs; assumption).
  assert (Hval' : forall th, (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) -> forall j, (j < m)%nat ->
    varphi n hb s N X r (win n m th j) = 0)
    by (intros th Hw j Hj; rewrite <- (Hval j Hj); apply sum_ext; intros i _; rewrite (Hz th Hw) by exact Hj; reflexivity).
  assert (Hgrad' : forall th, (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) -> forall j k, (j < m)%nat ->
    (k < dim n hb)%nat -> sum N (fun i => r i * s1 (pre n hb (X i) (win n m th j)) * inp n (X i) k) = 0)
    by (intros th Hw j k Hj Hk; rewrite <- (Hgrad j k Hj Hk); apply sum_ext; intros i _; rewrite (Hz th Hw) by exact Hj; reflexivity).
  assert (Hhess' : forall th, (forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = w j k) -> forall j d, (j < m)%nat ->
    (exists k, (k < dim n hb)%nat /\ d k <> 0) ->
    0 < sg j * sum N (fun i => r i * s2 (pre n hb (X i) (win n m th j)) * pre n hb (X i) d ^ 2)).
  { intros th Hw j d Hj Hd. rewrite (sum_ext N _ (fun i => r i * s2 (z i j) * pre n hb (X i) d ^ 2)); [apply Hhess; assumption|].
    intros i _. rewrite (Hz th Hw) by exact Hj. reflexivity. }
  (* phi is not 0 everywhere: parameters with output weights sg *)
  set (th0 := assemble n m hb q b w (fun _ j => sg j)).
  assert (Hw0 : forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th0 j k = w j k) by (intros; apply win_assemble; assumption).
  destruct (varphi_nonzero n m hb s s1 s2 q N X c0 r th0 sg (Hs' _ Hw0) (Hval' _ Hw0) (Hgrad' _ Hw0) (Hhess' _ Hw0)) as [u Hu].
  - intros j Hj. unfold th0. rewrite vout_assemble by (assumption || lia).
    assert (H := Hhess j (fun _ => 1) Hj ltac:(exists O; split; [exact HD|lra])). nra.
  - exact HD.
  - exact Hm.
  - destruct (not_global_small_v n m hb s q b N X c0 r u Hc Hm Hu w t Ht) as [eta [Heta Hsmall]].
    exists eta. split; [exact Heta|]. intros th Hw Hsg Hv E.
    assert (Hmin : strict_min (npar n m hb s q b) E th).
    { apply (double_zeros_strict n m hb s s1 s2 q b N X c0 r th sg t); try assumption;
        [apply Hs', Hw|apply Hval', Hw|apply Hgrad', Hw|apply Hhess', Hw|].
      intros a Ha. apply Hind. intros i Hi. rewrite <- (Ha i Hi). apply sum_ext. intros j _. unfold aug.
      destruct (Nat.ltb_spec j m); [rewrite (Hz th Hw) by assumption|]; reflexivity. }
    split; [exact Hmin|]. split; [apply double_zeros_loss, Hc|].
    destruct (Hsmall th Hw Hv) as [th' Hlt]. exact (strict_and_not_global _ _ _ _ _ _ _ _ _ _ th' Hmin Hlt).
Qed.

(* ---------- construction F: copies of a unit ---------- *)
Lemma sum_truncate M N F : (M <= N)%nat -> (forall i, (M <= i)%nat -> (i < N)%nat -> F i = 0) -> sum N F = sum M F.
Proof.
  intros HMN. induction HMN as [|N HMN IH]; intros H; [reflexivity|]. cbn [sum]. rewrite IH by (intros; apply H; lia).
  rewrite (H N) by lia. ring.
Qed.
(* If theta_1, a network with one unit, has the data of A, so that its unit sits at a double zero, any network with m >= 1 copies of that
   unit, output weights into output c0 of the same sign, and the same outputs, is a local minimum with the same loss, at every width m. With two
   copies or more it lies in no basin (rule 4.1), and some network of that width has a smaller loss, for every t and all output weights. *)
Section Copies.
Variables (n m : nat) (hb : bool) (s s1 s2 : R -> R) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (c0 : nat) (r : nat -> R).
Variables (th1 th : vec) (sg t : R).
Let z (i : nat) : R := pre n hb (X i) (win n 1 th1 0).
Hypothesis c0_lt : (c0 < q)%nat.
Hypothesis t_pos : 0 < t.
Hypothesis smooth : forall i, (i < N)%nat ->
  (exists e, 0 < e /\ forall u, Rabs (u - z i) < e -> is_derive s u (s1 u)) /\ is_derive s1 (z i) (s2 (z i)).
Hypothesis value : varphi n hb s N X r (win n 1 th1 0) = 0.
Hypothesis gradient : forall k, (k < dim n hb)%nat -> sum N (fun i => r i * s1 (z i) * inp n (X i) k) = 0.
Hypothesis hessian : forall d, (exists k, (k < dim n hb)%nat /\ d k <> 0) -> 0 < sg * sum N (fun i => r i * s2 (z i) * pre n hb (X i) d ^ 2).
Hypothesis bias : b = true -> sum N r = 0.
Hypothesis copied : forall j k, (j < m)%nat -> (k < dim n hb)%nat -> win n m th j k = win n 1 th1 0 k.
Hypothesis signs : forall j, (j < m)%nat -> 0 < sg * vout n m hb q th c0 j.
Hypothesis same_outputs : forall i c, (i < N)%nat -> (c < q)%nat -> out n m hb s q b X th i c = out n 1 hb s q b X th1 i c.
Let E := risk_hse n m hb s q b N X (targets n 1 hb s q b X c0 r th1 t).
Let P := npar n m hb s q b.

Lemma copies_pre i j : (j < m)%nat -> pre n hb (X i) (win n m th j) = z i.
Proof. intros Hj. apply pre_ext. intros k Hk. apply copied; assumption. Qed.
Lemma copies_loss y : E y = risk_hse n m hb s q b N X (targets n m hb s q b X c0 r th t) y.
Proof.
  apply sum_ext. intros i Hi. unfold hse. f_equal. apply sum_ext. intros c Hcq. unfold targets. rewrite (same_outputs i c Hi Hcq). reflexivity.
Qed.
Lemma copies_smooth i j : (i < N)%nat -> (j < m)%nat ->
  (exists e, 0 < e /\ forall u, Rabs (u - pre n hb (X i) (win n m th j)) < e -> is_derive s u (s1 u)) /\
  is_derive s1 (pre n hb (X i) (win n m th j)) (s2 (pre n hb (X i) (win n m th j))).
Proof. intros Hi Hj. rewrite copies_pre by exact Hj. apply smooth, Hi. Qed.
Lemma copies_value j : (j < m)%nat -> varphi n hb s N X r (win n m th j) = 0.
Proof. intros Hj. rewrite <- value. apply sum_ext. intros i _. rewrite copies_pre by exact Hj. reflexivity. Qed.
Lemma copies_gradient j k : (j < m)%nat -> (k < dim n hb)%nat ->
  sum N (fun i => r i * s1 (pre n hb (X i) (win n m th j)) * inp n (X i) k) = 0.
Proof. intros Hj Hk. rewrite <- (gradient k Hk). apply sum_ext. intros i _. rewrite copies_pre by exact Hj. reflexivity. Qed.
Lemma copies_hessian j d : (j < m)%nat -> (exists k, (k < dim n hb)%nat /\ d k <> 0) ->
  0 < sg * sum N (fun i => r i * s2 (pre n hb (X i) (win n m th j)) * pre n hb (X i) d ^ 2).
Proof.
  intros Hj Hd. rewrite (sum_ext N _ (fun i => r i * s2 (z i) * pre n hb (X i) d ^ 2)); [apply hessian, Hd|].
  intros i _. rewrite copies_pre by exact Hj. reflexivity.
Qed.

Theorem copies : local_min P E th /\ E th = t ^ 2 * sum N (fun i => r i ^ 2) / 2.
Proof.
  split; [|rewrite copies_loss; apply double_zeros_loss, c0_lt].
  destruct (double_zeros_local n m hb s s1 s2 q b N X c0 r th (fun _ => sg) t) as [e [He H]];
    try assumption; [exact copies_smooth|exact copies_value|exact copies_gradient|exact copies_hessian|].
  exists e. split; [exact He|]. intros y Hy. rewrite !copies_loss. apply H, Hy.
Qed.

(* the first unit carries the outputs, the second one the correction of A, all others nothing *)
Theorem copies_not_global : (2 <= m)%nat -> (0 < dim n hb)%nat -> exists th', E th' < E th.
Proof.
  intros Hm HD.
  destruct (varphi_nonzero n m hb s s1 s2 q N X c0 r th (fun _ => sg) copies_smooth copies_value copies_gradient copies_hessian signs HD ltac:(lia))
    as [u Hu].
  set (a := varphi n hb s N X r u / sum N (fun i => s (pre n hb (X i) u) ^ 2)).
  set (w := fun j : nat => if (j =? 0)%nat then win n 1 th1 0 else u).
  set (v := fun c j : nat => if (j =? m)%nat then vout n 1 hb q th1 c 1 else if (j =? 0)%nat then vout n 1 hb q th1 c 0
    else if (j =? 1)%nat then (if (c =? c0)%nat then - t * a else 0) else 0).
  set (th' := assemble n m hb q b w v).
  assert (Hw : forall i j, (j < m)%nat -> pre n hb (X i) (win n m th' j) = pre n hb (X i) (w j))
    by (intros i j Hj; apply pre_ext; intros k Hk; apply win_assemble; assumption).
  assert (Hout : forall i c, (c < q)%nat ->
    out n m hb s q b X th' i c = out n 1 hb s q b X th1 i c + (if (c =? c0)%nat then - t * a * s (pre n hb (X i) u) else 0)).
  { intros i c Hc. unfold out. rewrite !net_one by exact Hc.
    assert (Hv : forall j, (j < m + b2n b)%nat -> vout n m hb q th' c j = v c j) by (intros j Hj; apply vout_assemble; assumption).
    rewrite (sum_truncate 2 m) by (try exact Hm; intros j H2 Hj; rewrite Hv by lia; unfold v;
      destruct (Nat.eqb_spec j m), (Nat.eqb_spec j 0), (Nat.eqb_spec j 1); try lia; ring).
    cbn [sum]. rewrite !Hv, !Hw by lia. unfold v at 1 2, w.
    destruct (Nat.eqb_spec 0 m), (Nat.eqb_spec 1 m); try lia. cbn [Nat.eqb].
    unfold outbias. destruct b; [rewrite Hv by (simpl; lia); unfold v; rewrite Nat.eqb_refl|]; destruct (c =? c0)%nat; ring. }
  exists th'. rewrite (proj2 copies).
  assert (HE : E th' = t ^ 2 * sum N (fun i => (r i - a * s (pre n hb (X i) u)) * (r i - a * s (pre n hb (X i) u))) / 2).
  { unfold E, risk_hse, risk, loss, samples. unfold Rdiv. rewrite <- sum_scal, Rmult_comm, <- sum_scal. apply sum_ext. intros i _.
    unfold hse. rewrite (sum_single q _ c0 c0_lt).
    - change (net n (one m hb s) q b th' (X i) c0) with (out n m hb s q b X th' i c0). rewrite Hout by exact c0_lt.
      unfold targets. rewrite Nat.eqb_refl. field.
    - intros c Hc ne. change (net n (one m hb s) q b th' (X i) c) with (out n m hb s q b X th' i c). rewrite Hout by exact Hc.
      unfold targets. destruct (Nat.eqb_spec c c0); [contradiction|]. ring. }
  rewrite HE. unfold a. rewrite (K_residual n hb s N X r u Hu). generalize (K_bounds n hb s N X r u Hu) (pow2_gt_0 t ltac:(lra)).
  set (K := _ - _). set (R2 := sum N (fun i => r i ^ 2)). nra.
Qed.

(* two equal units: features of rank below their number *)
Theorem copies_in_no_basin : (2 <= m)%nat -> in_no_basin P E th.
Proof.
  intros Hm. apply (dependent_rule_output n q b N X); [apply samples_local; intros i u v; apply hse_local|lia|].
  exists (fun j => match j with O => 1 | 1%nat => - 1 | _ => 0 end). split; [exists O; split; [simpl; lia|lra]|].
  intros i Hi. unfold mulv. rewrite (sum_truncate 2) by (try (simpl; lia); intros [|[|j]] H2 Hj; try lia; ring).
  assert (Hf : forall j, (j < 2)%nat -> entering n X (one m hb s) th i j = s (z i)).
  { intros j Hj. unfold entering, aug. cbn [width one feat]. destruct (Nat.ltb_spec j m); [|lia]. f_equal.
    rewrite <- (copies_pre i j) by lia. change th with (shift 0 th) at 1. apply dense_mulm. lia. }
  cbn [sum]. rewrite !Hf by lia. ring.
Qed.
End Copies.

(* ---------- an example, by hand: cubic-exact of docs/theorems ---------- *)
Section Cubic.
Let s (u : R) : R := u + u ^ 2 - u ^ 3.
Let s1 (u : R) : R := 1 + 2 * u - 3 * u ^ 2.
Let s2 (u : R) : R := 2 - 6 * u.
Let X (i : nat) : nat -> R := fun _ => match i with O => -1 | 1%nat => 1 | _ => 2 end.
Let Y (i : nat) : nat -> R := fun _ => match i with O => 31 / 16 | 1%nat => -71 / 80 | _ => 3 / 2 end.
Let r (i : nat) : R := match i with O => -10 | 1%nat => 6 | _ => -5 end.
Let th : vec := fun _ => 1 / 2.
Let E := risk_hse 1 1 false s 1 false 3 X Y.

Lemma cubic_E y : E y = ((y 1%nat * s (- y O) - 31 / 16) ^ 2 + (y 1%nat * s (y O) + 71 / 80) ^ 2 + (y 1%nat * s (2 * y O) - 3 / 2) ^ 2) / 2.
Proof. unfold E, risk_hse, risk, loss, samples, hse, net, dense, shift, one, X, Y. simpl. unfold dense, s. simpl. field. Qed.
Lemma cubic_pre i d : pre 1 false (X i) d = X i O * d O.
Proof. apply (pre_scalar X). Qed.

Example cubic_exact : strict_min 2 E th /\ E th = 161 / 50 /\ exists u, E u < 2 / 100.
Proof.
  assert (Hwin : win 1 1 th 0 O = 1 / 2) by reflexivity.
  assert (HE : forall y, E y = risk_hse 1 1 false s 1 false 3 X (targets 1 1 false s 1 false X 0 r th (1 / 5)) y).
  { intros y. apply sum_ext. intros i Hi. unfold hse. f_equal. apply sum_ext. intros c Hc. replace c with O by lia. do 2 f_equal.
    unfold targets, out. rewrite net_one by lia. simpl sum. rewrite cubic_pre, Hwin. unfold vout, outbias, th, s, X, Y, r. simpl.
    destruct i as [|[|[|i]]]; [field|field|field|lia]. }
  split; [|split].
  - destruct (double_zeros_strict 1 1 false s s1 s2 1 false 3 X 0 r th (fun _ => 1) (1 / 5)) as [e [He H]].
    + lia.
    + lra.
    + intros i j _ _. split.
      * exists 1. split; [lra|]. intros u _. unfold s, s1. auto_derive; [exact I|ring].
      * unfold s1, s2. auto_derive; [exact I|ring].
    + intros j Hj. replace j with O by lia. unfold varphi. simpl sum. rewrite !cubic_pre, Hwin. unfold r, X, s. field.
    + intros j k Hj Hk. replace j with O by lia. simpl sum. rewrite !cubic_pre, Hwin. unfold inp, aug, r, X, s1.
      destruct (k <? 1)%nat eqn:Hk1; [field|]. apply Nat.ltb_ge in Hk1. unfold dim in Hk. simpl in Hk. lia.
    + intros j d Hj [k [Hk Hd]]. replace j with O by lia. replace k with O in Hd by (unfold dim in Hk; simpl in Hk; lia).
      simpl sum. rewrite !cubic_pre, Hwin. unfold r, X, s2. generalize (Rsqr_pos_lt _ Hd). unfold Rsqr. nra.
    + intros j Hj. unfold vout, th. lra.
    + discriminate.
    + intros a Ha j Hj. replace j with O by (simpl in Hj; lia). assert (H := Ha 1%nat ltac:(lia)). unfold mulv in H. simpl sum in H.
      unfold aug in H. simpl in H. rewrite cubic_pre, Hwin in H. unfold X, s in H. lra.
    + exists e. split; [exact He|]. intros y Hy Hne. rewrite !HE. apply H; assumption.
  - rewrite cubic_E. unfold th, s. field.
  - exists (fun k => match k with O => - (2 / 5) | _ => 41 / 10 end). rewrite cubic_E. unfold s. lra.
Qed.
End Cubic.

(* ---------- W2, second half ---------- *)
(* one of the m double zeros counted three times *)
Lemma total_triple (w : nat -> R) j n : total (map (fun k => (w k, if (k =? j)%nat then 3%nat else 2%nat)) (seq 0 n))
  = (2 * n + (if (j <? n)%nat then 1 else 0))%nat.
Proof.
  induction n as [|n IH]; [reflexivity|]. rewrite seq_S, map_app, total_app, IH. clear IH. cbn [map Nat.add].
  destruct (Nat.eqb_spec n j), (Nat.ltb_spec j n), (Nat.ltb_spec j (S n)); cbn [total snd]; lia.
Qed.
Lemma exp_derive u : is_derive exp u (exp u).
Proof. apply is_derive_Reals, derivable_pt_lim_exp. Qed.

(* For exponential units with one input, half the squared error: if 2m <= N - 1 (2m <= N - 2 with an output bias), the N inputs are
   different, and any different w_j are given (not 0 with an output bias), there are targets with a bad basin, whose only point has
   the incoming weights w_j.  So `exponential_wall` is sharp. *)
Theorem exponential_wall_sharp m b N (X : nat -> nat -> R) (w : nat -> R) :
  (0 < m)%nat -> (2 * m + 1 + b2n b <= N)%nat ->
  (forall i k, (i < N)%nat -> (k < N)%nat -> X i O = X k O -> i = k) ->
  (forall j k, (j < m)%nat -> (k < m)%nat -> w j = w k -> j = k) ->
  (b = true -> forall j, (j < m)%nat -> w j <> 0) ->
  exists Y th, (forall j, (j < m)%nat -> win 1 m th j O = w j) /\
    let E := risk_hse 1 m false exp 1 b N X Y in
    basin (npar 1 m false exp 1 b) E (point (npar 1 m false exp 1 b) th) /\ suboptimal E (point (npar 1 m false exp 1 b) th).
Proof.
  intros Hm HN HX Hw Hw0. set (x := fun i => X i O). set (M := (2 * m + b2n b)%nat).
  (* the residual: 2m (+ 1) equations, on the first 2m + 1 (+ 1) inputs *)
  destruct (kernel M (S M) (fun e i => if (e <? m)%nat then exp (x i * w e) else
      if (e <? 2 * m)%nat then x i * exp (x i * w (e - m)%nat) else 1) (Nat.lt_succ_diag_r M)) as [r0 [Hr0 Hker]].
  set (r := fun i => if (i <? S M)%nat then r0 i else 0).
  assert (Hsum : forall F, sum N (fun i => r i * F i) = sum (S M) (fun i => r0 i * F i)).
  { intros F. rewrite (sum_truncate (S M) N) by (try (intros i Hi _; unfold r; destruct (Nat.ltb_spec i (S M)); [lia|ring]); unfold M; lia).
    apply sum_ext. intros i Hi. unfold r. destruct (Nat.ltb_spec i (S M)); [reflexivity|lia]. }
  assert (Hmom : forall l u, sum N (fun i => r i * (x i ^ l * exp (x i * u))) = moment (S M) r0 x l u).
  { intros l u. rewrite Hsum. apply sum_ext. intros. ring. }
  assert (M0 : forall j, (j < m)%nat -> moment (S M) r0 x 0 (w j) = 0).
  { intros j Hj. rewrite <- (Hker j ltac:(unfold M; lia)). apply sum_ext. intros i _.
    destruct (Nat.ltb_spec j m); [simpl; ring|lia]. }
  assert (M1 : forall j, (j < m)%nat -> moment (S M) r0 x 1 (w j) = 0).
  { intros j Hj. rewrite <- (Hker (m + j)%nat ltac:(unfold M; lia)). apply sum_ext. intros i _.
    destruct (Nat.ltb_spec (m + j) m); [lia|]. destruct (Nat.ltb_spec (m + j) (2 * m)); [|lia].
    replace (m + j - m)%nat with j by lia. simpl. ring. }
  assert (Mb : b = true -> moment (S M) r0 x 0 0 = 0).
  { intros Hb. eapply eq_trans; [|apply (Hker (2 * m)%nat); unfold M; rewrite Hb; simpl; lia]. apply sum_ext. intros i _.
    destruct (Nat.ltb_spec (2 * m) m); [lia|]. destruct (Nat.ltb_spec (2 * m) (2 * m)); [lia|]. rewrite Rmult_0_r, exp_0. simpl. ring. }
  (* second derivatives, by counting zeros *)
  set (Q := fun j => moment (S M) r0 x 2 (w j)).
  assert (HQ : forall j, (j < m)%nat -> Q j <> 0).
  { intros j Hj Hz.
    set (zs := map (fun k => (w k, if (k =? j)%nat then 3%nat else 2%nat)) (seq 0 m) ++ (if b then [(0, 1%nat)] else [])).
    assert (Hlt : (total zs < S M)%nat).
    { apply (expsum_few_zeros (S M) r0 x zs).
      - intros i k Hi Hk. apply HX; unfold M in *; lia.
      - destruct Hr0 as [i [Hi Hne]]. exists i. split; assumption.
      - unfold zs. rewrite map_app, map_map. simpl. assert (Hnd := distinct_NoDup w m Hw). destruct b; simpl.
        + apply (Permutation.Permutation_NoDup (Permutation.Permutation_cons_append (map w (seq 0 m)) 0)). constructor; [|exact Hnd].
          intros Hin. apply in_map_iff in Hin. destruct Hin as [k [Hk Hkm]]. apply in_seq in Hkm. apply (Hw0 eq_refl k); [lia|exact Hk].
        + rewrite app_nil_r. exact Hnd.
      - intros y Hin l Hl. apply in_app_or in Hin. destruct Hin as [Hin|Hin].
        + apply in_map_iff in Hin. destruct Hin as [k [<- Hk]]. apply in_seq in Hk. simpl in Hl |- *.
          destruct l as [|[|[|l]]].
          * apply M0. lia.
          * apply M1. lia.
          * destruct (Nat.eqb_spec k j) as [->|ne]; [exact Hz|lia].
          * destruct (k =? j)%nat; lia.
        + destruct b; [|destruct Hin]. destruct Hin as [<-|[]]. simpl in Hl |- *. replace l with O by lia. apply Mb. reflexivity. }
    unfold zs in Hlt. rewrite total_app, total_triple in Hlt. destruct (Nat.ltb_spec j m); [|lia].
    unfold M in Hlt. destruct b; simpl in Hlt; lia. }
  set (th := assemble 1 m false 1 b (fun j _ => w j) (fun _ j => if (j <? m)%nat then Q j else 0)).
  assert (Hwin : forall j, (j < m)%nat -> win 1 m th j O = w j).
  { intros j Hj. apply (win_assemble 1 m false 1 b (fun j _ => w j)); [exact Hj|unfold dim; simpl; lia]. }
  assert (Hvout : forall j, (j < m)%nat -> vout 1 m false 1 th O j = Q j).
  { intros j Hj. unfold th. rewrite (vout_assemble 1 m false 1 b) by lia. destruct (Nat.ltb_spec j m); [reflexivity|lia]. }
  assert (Hpre : forall i j, (j < m)%nat -> pre 1 false (X i) (win 1 m th j) = x i * w j).
  { intros i j Hj. rewrite (pre_scalar X), Hwin by exact Hj. reflexivity. }
  destruct (double_zeros_bad_basin 1 m false exp exp exp 1 b N X 0 r th Q) as [T HT].
  - lia.
  - exact Hm.
  - unfold dim. simpl. lia.
  - intros i j _ _. split; [|apply exp_derive]. exists 1. split; [lra|]. intros u _. apply exp_derive.
  - intros j Hj. rewrite <- (M0 j Hj), <- Hmom. apply sum_ext. intros i _. rewrite Hpre by exact Hj. simpl. ring.
  - intros j k Hj Hk. replace k with O by (unfold dim in Hk; simpl in Hk; lia). rewrite <- (M1 j Hj), <- Hmom. apply sum_ext.
    intros i _. rewrite Hpre by exact Hj. unfold inp, aug, x. simpl. ring.
  - intros j d Hj [k [Hk Hd]]. replace k with O in Hd by (unfold dim in Hk; simpl in Hk; lia).
    assert (Hs : sum N (fun i => r i * exp (pre 1 false (X i) (win 1 m th j)) * pre 1 false (X i) d ^ 2) = d O ^ 2 * Q j).
    { unfold Q. rewrite <- Hmom, <- sum_scal. apply sum_ext. intros i _. rewrite Hpre by exact Hj. rewrite (pre_scalar X).
      fold (x i). simpl. ring. }
    rewrite Hs. generalize (Rsqr_pos_lt _ Hd) (Rsqr_pos_lt _ (HQ j Hj)). unfold Rsqr. simpl. nra.
  - intros j Hj. rewrite Hvout by exact Hj. generalize (Rsqr_pos_lt _ (HQ j Hj)). unfold Rsqr. lra.
  - intros Hb. rewrite <- (Mb Hb), <- Hmom. apply sum_ext. intros i _. rewrite Rmult_0_r, exp_0. simpl. ring.
  - (* independence: an exponential sum in x *)
    intros a Ha. set (W := fun k => if (k <? m)%nat then w k else 0).
    assert (Hz : forall u, expsum (m + b2n b) a W u = 0).
    { apply (expsum_zeros _ a W (map (fun i => (x i, 1%nat)) (seq 0 N))).
      - rewrite map_map. apply (distinct_NoDup x N). exact HX.
      - intros y Hin l Hl. apply in_map_iff in Hin. destruct Hin as [i [<- Hi]]. apply in_seq in Hi. simpl in Hl |- *.
        replace l with O by lia. rewrite <- (Ha i ltac:(lia)). apply sum_ext. intros k Hk. unfold aug, W.
        destruct (Nat.ltb_spec k m).
        + rewrite Hpre by assumption. rewrite (Rmult_comm (w k)). simpl. ring.
        + rewrite Rmult_0_l, exp_0. simpl. ring.
      - assert (Hl : forall l, total (map (fun i => (x i, 1%nat)) l) = length l)
          by (induction l as [|i l IH]; simpl; [reflexivity|rewrite IH; reflexivity]).
        rewrite Hl, seq_length. lia. }
    apply (expsum_independent (m + b2n b) a W); [|exact Hz].
    intros i k Hi Hk. unfold W. destruct (Nat.ltb_spec i m), (Nat.ltb_spec k m); intros Heq.
    + apply Hw; assumption.
    + exfalso. apply (Hw0 ltac:(destruct b; [reflexivity|simpl in Hk; lia]) i); assumption.
    + exfalso. apply (Hw0 ltac:(destruct b; [reflexivity|simpl in Hi; lia]) k); [assumption|symmetry; assumption].
    + destruct b; simpl in Hi, Hk; lia.
  - exists (targets 1 m false exp 1 b X 0 r th (T + 1)), th. split; [exact Hwin|].
    destruct (HT (T + 1) ltac:(lra)) as [_ [_ H]]. exact H.
Qed.
