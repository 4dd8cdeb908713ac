Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem.
Open Scope R_scope.

Section Rule31.
Variable P : nat.
Definition dot (a b : vec) : R := sum P (fun k => a k * b k).
Definition sub (y x : vec) : vec := fun k => y k - x k.
Definition n2 (a : vec) : R := dot a a.
Definition ball (c : vec) (rho : R) (x : vec) : Prop := n2 (sub x c) <= rho ^ 2.

Lemma sum_nonneg n f : (forall k, (k < n)%nat -> 0 <= f k) -> 0 <= sum n f.
Proof. intros H. rewrite <- (sum_zero n (fun _ => 0)) by reflexivity. apply sum_le, H. Qed.
Lemma n2_nonneg a : 0 <= n2 a.
Proof. apply sum_nonneg. intros. generalize (Rle_0_sqr (a k)). unfold Rsqr. lra. Qed.
Lemma n2_coord a k : (k < P)%nat -> a k ^ 2 <= n2 a.
Proof.
  unfold n2, dot. induction P as [|n IH]; intros Hk; [lia|]. simpl sum.
  assert (0 <= sum n (fun k => a k * a k))
    by (apply sum_nonneg; intros; generalize (Rle_0_sqr (a k0)); unfold Rsqr; lra).
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

(* one variable: phi'' >= mu on [0,1] gives phi 1 >= phi 0 + phi' 0 + mu/2 *)
Lemma incr (f f' : R -> R) t : 0 <= t <= 1 ->
  (forall s, 0 <= s <= 1 -> derivable_pt_lim f s (f' s)) ->
  (forall s, 0 <= s <= 1 -> 0 <= f' s) -> f 0 <= f t.
Proof.
  intros Ht Hd Hp. destruct (Req_dec t 0) as [->|ne]; [lra|].
  destruct (MVT_cor2 f f' 0 t) as [s [Hs Hin]]; [lra|intros; apply Hd; lra|].
  assert (0 <= f' s) by (apply Hp; lra). nra.
Qed.
Lemma taylor (f f' f'' : R -> R) mu :
  (forall s, 0 <= s <= 1 -> derivable_pt_lim f s (f' s)) ->
  (forall s, 0 <= s <= 1 -> derivable_pt_lim f' s (f'' s)) ->
  (forall s, 0 <= s <= 1 -> mu <= f'' s) -> f 0 + f' 0 + mu / 2 <= f 1.
Proof.
  intros H1 H2 H3.
  assert (Hlin : forall a s, derivable_pt_lim (fun t => a * t) s a).
  { intros a s. assert (X := derivable_pt_lim_scal id a s 1 (derivable_pt_lim_id s)).
    rewrite Rmult_1_r in X. exact X. }
  assert (Hsq : forall a s, derivable_pt_lim (fun t => a * (t * t)) s (a * (2 * s))).
  { intros a s. 
    replace (2 * s) with (1 * id s + id s * 1) by (unfold id; ring).
    exact (derivable_pt_lim_scal _ a s _ (derivable_pt_lim_mult id id s 1 1 (derivable_pt_lim_id s) (derivable_pt_lim_id s))). }
  assert (Hf' : forall s, 0 <= s <= 1 -> 0 <= f' s - f' 0 - mu * s).
  { intros t Ht.
    assert (f' 0 - mu * 0 <= f' t - mu * t); [|lra].
    apply (incr (fun s => f' s - mu * s) (fun s => f'' s - mu) t Ht).
    - intros s Hs. exact (derivable_pt_lim_minus f' _ s _ _ (H2 s Hs) (Hlin mu s)).
    - intros s Hs. generalize (H3 s Hs). lra. }
  assert (f 0 - f' 0 * 0 - mu / 2 * (0 * 0) <= f 1 - f' 0 * 1 - mu / 2 * (1 * 1)); [|lra].
  apply (incr (fun s => f s - f' 0 * s - mu / 2 * (s * s)) (fun s => f' s - f' 0 - mu / 2 * (2 * s)) 1).
  - lra.
  - intros s Hs. exact (derivable_pt_lim_minus _ _ s _ _ (derivable_pt_lim_minus f _ s _ _ (H1 s Hs) (Hlin _ s)) (Hsq _ s)).
  - intros s Hs. generalize (Hf' s Hs). lra.
Qed.

Variables (E : vec -> R) (g : vec -> vec) (H : vec -> vec -> R) (c : vec) (rho lambda gamma : R).
Hypothesis rho_pos : 0 < rho.
Hypothesis lambda_pos : 0 < lambda.
Hypothesis gamma_pos : 0 <= gamma.
(* the first P coordinates decide *)
Hypothesis E_ext : forall x y, (forall k, (k < P)%nat -> x k = y k) -> E x = E y.
(* (i) first and second derivative along segments of the ball: gradient g, Hessian quadratic form H *)
Hypothesis D1 : forall x y, ball c rho x -> ball c rho y -> forall t, 0 <= t <= 1 ->
  derivable_pt_lim (fun s => E (line x (sub y x) s)) t (dot (g (line x (sub y x) t)) (sub y x)).
Hypothesis D2 : forall x y, ball c rho x -> ball c rho y -> forall t, 0 <= t <= 1 ->
  derivable_pt_lim (fun s => dot (g (line x (sub y x) s)) (sub y x)) t (H (line x (sub y x) t) (sub y x)).
(* (ii) *)
Hypothesis Hess : forall z d, ball c rho z -> lambda * n2 d <= H z d.
(* (iii), (iv) *)
Hypothesis grad : n2 (g c) <= gamma ^ 2.
Hypothesis small : gamma < lambda * rho.

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

Lemma sc x y : ball c rho x -> ball c rho y ->
  E x + dot (g x) (sub y x) + lambda * n2 (sub y x) / 2 <= E y.
Proof.
  intros Hx Hy.
  assert (e0 : line x (sub y x) 0 = x)
    by (apply functional_extensionality; intros k; unfold line; ring).
  assert (e1 : line x (sub y x) 1 = y)
    by (apply functional_extensionality; intros k; unfold line, sub; ring).
  generalize (taylor (fun s => E (line x (sub y x) s)) (fun s => dot (g (line x (sub y x) s)) (sub y x))
    (fun s => H (line x (sub y x) s) (sub y x)) (lambda * n2 (sub y x))
    (D1 x y Hx Hy) (D2 x y Hx Hy)).
  rewrite e0, e1. intros T. apply T. intros s Hs. apply Hess, ball_convex; assumption.
Qed.

(* strong convexity *)
Lemma strong x y t : ball c rho x -> ball c rho y -> 0 <= t <= 1 ->
  E (line x (sub y x) t) <= (1 - t) * E x + t * E y - lambda / 2 * (t * (1 - t)) * n2 (sub y x).
Proof.
  intros Hx Hy Ht. set (z := line x (sub y x) t).
  assert (Hz : ball c rho z) by (apply ball_convex; assumption).
  assert (A := sc z x Hz Hx). assert (B := sc z y Hz Hy).
  assert (ex : sub x z = fun k => (- t) * sub y x k + 0 * sub y x k).
  { apply functional_extensionality. intros k. unfold z, sub, line. ring. }
  assert (ey : sub y z = fun k => (1 - t) * sub y x k + 0 * sub y x k).
  { apply functional_extensionality. intros k. unfold z, sub, line. ring. }
  assert (dx : dot (g z) (sub x z) = - t * dot (g z) (sub y x)).
  { unfold dot. rewrite <- sum_scal. apply sum_ext. intros. rewrite ex. ring. }
  assert (dy : dot (g z) (sub y z) = (1 - t) * dot (g z) (sub y x)).
  { unfold dot. rewrite <- sum_scal. apply sum_ext. intros. rewrite ey. ring. }
  rewrite dx in A. rewrite dy in B. rewrite ex, n2_comb in A. rewrite ey, n2_comb in B.
  set (D := dot (g z) (sub y x)) in *. set (M := n2 (sub y x)) in *.
  assert (A' : (1 - t) * (E z + - t * D + lambda * (t ^ 2 * M) / 2) <= (1 - t) * E x)
    by (apply Rmult_le_compat_l; [lra|]; nra).
  assert (B' : t * (E z + (1 - t) * D + lambda * ((1 - t) ^ 2 * M) / 2) <= t * E y)
    by (apply Rmult_le_compat_l; [lra|]; nra).
  nra.
Qed.

Lemma cball : ball c rho c.
Proof.
  unfold ball, n2, dot, sub. rewrite sum_zero; [nra|]. intros. ring.
Qed.

(* the infimum over the ball *)
Lemma inf_exists : exists m, (forall x, ball c rho x -> m <= E x) /\
  forall e, 0 < e -> ~ forall x, ball c rho x -> m + e <= E x.
Proof.
  destruct (completeness (fun a => forall x, ball c rho x -> a <= E x)) as [m [Hub Hl]].
  - exists (E c). intros a Ha. apply Ha, cball.
  - exists (E c - gamma * rho). intros x Hx. generalize (sc c x cball Hx).
    generalize (cauchy (g c) (sub x c)) (n2_nonneg (sub x c)) (n2_nonneg (g c)). intros C N1 N2 S.
    unfold ball in Hx.
    assert (dot (g c) (sub x c) ^ 2 <= (gamma * rho) ^ 2).
    { eapply Rle_trans; [exact C|]. replace ((gamma * rho) ^ 2) with (gamma ^ 2 * rho ^ 2) by ring.
      apply Rmult_le_compat; assumption. }
    assert (- (gamma * rho) <= dot (g c) (sub x c)).
    { assert (0 <= gamma * rho) by nra.
      destruct (Rle_lt_dec (- (gamma * rho)) (dot (g c) (sub x c))); [assumption|nra]. }
    nra.
  - exists m. split.
    + intros x Hx. apply Hl. intros a Ha. apply Ha, Hx.
    + intros e He Hall. assert (m + e <= m); [|lra]. apply Hub. exact Hall.
Qed.

Lemma abs_le_sq a b : 0 <= b -> a ^ 2 <= b ^ 2 -> - b <= a <= b.
Proof. intros Hb Hs. split; nra. Qed.
Lemma n2_sym x y : n2 (sub x y) = n2 (sub y x).
Proof. unfold n2, dot, sub. apply sum_ext. intros. ring. Qed.
Lemma sum_const n a : sum n (fun _ => a) = INR n * a.
Proof. induction n as [|n IH]; [simpl; ring|]. rewrite S_INR. simpl sum. rewrite IH. ring. Qed.
Let K := INR P + 1.
Lemma K_pos : 1 <= K. Proof. unfold K. generalize (pos_INR P). lra. Qed.
Lemma n2_box a b d : 0 <= d -> (forall k, (k < P)%nat -> Rabs (a k - b k) <= d) ->
  n2 (sub a b) <= (K * d) ^ 2.
Proof.
  intros Hd Hk. apply Rle_trans with (INR P * d ^ 2).
  - rewrite <- sum_const. apply sum_le. intros k HkP. specialize (Hk k HkP). unfold sub.
    rewrite <- (pow2_abs d), (Rabs_pos_eq d) by exact Hd.
    replace ((a k - b k) * (a k - b k)) with ((a k - b k) ^ 2) by ring. rewrite <- pow2_abs.
    apply pow_incr. split; [apply Rabs_pos|exact Hk].
  - generalize (pos_INR P). intros. unfold K. assert (0 <= d ^ 2) by nra.
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
  assert (dot (sub x y) (sub y z) ^ 2 <= (a * b) ^ 2).
  { eapply Rle_trans; [exact C|]. replace ((a * b) ^ 2) with (a ^ 2 * b ^ 2) by ring.
    apply Rmult_le_compat; auto using n2_nonneg. }
  assert (0 <= a * b) by nra.
  generalize (abs_le_sq _ _ H3 H0). nra.
Qed.

Lemma e_pos d : 0 < d -> 0 < lambda * d ^ 2 / 8.
Proof. intros. assert (0 < d ^ 2) by nra. assert (0 < lambda * d ^ 2) by (apply Rmult_lt_0_compat; assumption). lra. Qed.
Theorem minimiser : exists m th, ball c rho th /\ E th = m /\ forall x, ball c rho x -> m <= E x.
Proof.
  destruct inf_exists as [m [Hm Hne]].
  set (A := fun e x => ball c rho x /\ E x < m + e).
  assert (HA : forall e, 0 < e -> ~ ~ exists x, A e x).
  { intros e He Hn. apply (Hne e He). intros x Hx.
    destruct (Rle_lt_dec (m + e) (E x)); [assumption|]. exfalso. apply Hn. exists x. split; assumption. }
  assert (Adiam : forall d x y, 0 < d -> A (lambda * d ^ 2 / 8) x -> A (lambda * d ^ 2 / 8) y ->
     n2 (sub y x) <= d ^ 2).
  { intros d x y Hd [Hx Ex] [Hy Ey].
    assert (S := strong x y (1/2) Hx Hy ltac:(lra)).
    assert (B := Hm _ (ball_convex x y (1/2) Hx Hy ltac:(lra))).
    apply (Rmult_le_reg_l (lambda / 8)); [lra|]. nra. }
  assert (Acoord : forall d x y k, 0 < d -> A (lambda * d ^ 2 / 8) x -> A (lambda * d ^ 2 / 8) y ->
     (k < P)%nat -> - d <= y k - x k <= d).
  { intros d x y k Hd Hx Hy Hk. apply abs_le_sq; [lra|].
    eapply Rle_trans; [apply (n2_coord (sub y x) k Hk)|apply Adiam; assumption]. }
  assert (Amono : forall e e' x, e <= e' -> A e x -> A e' x).
  { intros e e' x He [Hx Ex]. split; [exact Hx|lra]. }
  assert (lub : forall k, {t | (k < P)%nat ->
     is_lub (fun a => exists e, 0 < e /\ forall x, A e x -> a <= x k) t}).
  { intros k. destruct (lt_dec k P) as [Hk|Hk]; [|exists 0; intros; lia].
    assert (Hbox : forall x, ball c rho x -> - rho <= x k - c k <= rho).
    { intros x Hx. apply abs_le_sq; [lra|]. eapply Rle_trans; [apply (n2_coord (sub x c) k Hk)|exact Hx]. }
    destruct (completeness (fun a => exists e, 0 < e /\ forall x, A e x -> a <= x k)) as [t Ht].
    - exists (c k + rho). intros a [e [He Ha]]. destruct (Rle_lt_dec a (c k + rho)) as [|Hlt]; [assumption|].
      exfalso. apply (HA e He). intros [x Hx]. generalize (Ha x Hx) (Hbox x (proj1 Hx)). lra.
    - exists (c k - rho), 1. split; [lra|]. intros x Hx. generalize (Hbox x (proj1 Hx)). lra.
    - exists t. intros _. exact Ht. }
  set (th := fun k => proj1_sig (lub k)).
  assert (Hth : forall d x, 0 < d -> A (lambda * d ^ 2 / 8) x -> n2 (sub th x) <= (K * d) ^ 2).
  { intros d x Hd Hx. apply n2_box; [lra|]. intros k Hk. unfold th.
    destruct (lub k) as [t Ht]. simpl. destruct (Ht Hk) as [Hub Hl].
    assert (He := e_pos d Hd).
    apply Rabs_le. split.
    - assert (x k - d <= t); [|lra]. apply Hub. exists (lambda * d ^ 2 / 8). split; [exact He|].
      intros y Hy. generalize (Acoord d x y k Hd Hx Hy Hk). lra.
    - assert (t <= x k + d); [|lra]. apply Hl. intros a [e' [He' Ha]].
      destruct (Rle_lt_dec a (x k + d)) as [|Hlt]; [assumption|]. exfalso.
      assert (Hm0 : 0 < Rmin (lambda * d ^ 2 / 8) e') by (apply Rmin_glb_lt; assumption).
      apply (HA _ Hm0). intros [y Hy].
      generalize (Ha y (Amono _ _ _ (Rmin_r _ _) Hy))
        (Acoord d x y k Hd Hx (Amono _ _ _ (Rmin_l _ _) Hy) Hk). lra. }
  assert (HK := K_pos).
  (* a small positive d with d * M < eta *)
  assert (pick : forall M eta, 0 < M -> 0 < eta -> exists d, 0 < d /\ d <= 1 /\ d * M < eta).
  { intros M eta HM Heta. exists (Rmin 1 (eta / (2 * M))).
    assert (0 < eta / (2 * M)) by (apply Rdiv_lt_0_compat; lra). split; [apply Rmin_glb_lt; lra|].
    split; [apply Rmin_l|]. apply Rle_lt_trans with (eta / (2 * M) * M).
    - apply Rmult_le_compat_r; [lra|apply Rmin_r].
    - replace (eta / (2 * M) * M) with (eta / 2) by (field; lra). lra. }
  assert (Bth : ball c rho th).
  { destruct (Rle_lt_dec (n2 (sub th c)) (rho ^ 2)) as [|Hlt]; [assumption|exfalso].
    destruct (pick (K * (K + 2 * rho)) (n2 (sub th c) - rho ^ 2)) as [d [Hd [Hd1 Hde]]]; [nra|lra|].
    apply (HA (lambda * d ^ 2 / 8)); [apply e_pos, Hd|]. intros [x Hx].
    assert (T := n2_tri th x c (K * d) rho ltac:(nra) ltac:(lra) (Hth d x Hd Hx) (proj1 Hx)).
    assert (K * d * (K * d) <= K * d * K) by (apply Rmult_le_compat_l; nra). nra. }
  exists (E th), th. split; [exact Bth|]. split; [reflexivity|]. intros y Hy.
  apply Rle_trans with m; [|apply Hm, Hy].
  destruct (Rle_lt_dec (E th) m) as [|Hlt]; [assumption|exfalso].
  set (G := n2 (g th) + 1). assert (HG : 1 <= G) by (unfold G; generalize (n2_nonneg (g th)); lra).
  destruct (pick (lambda + G * K) (E th - m)) as [d [Hd [Hd1 Hde]]]; [nra|lra|].
  apply (HA (lambda * d ^ 2 / 8)); [apply e_pos, Hd|]. intros [x Hx].
  assert (S := sc th x Bth (proj1 Hx)). assert (Q := n2_nonneg (sub x th)).
  assert (C := cauchy (g th) (sub x th)). assert (N := Hth d x Hd Hx). rewrite n2_sym in N.
  assert (dot (g th) (sub x th) ^ 2 <= (G * (K * d)) ^ 2).
  { eapply Rle_trans; [exact C|]. replace ((G * (K * d)) ^ 2) with (G ^ 2 * (K * d) ^ 2) by ring.
    apply Rmult_le_compat; auto using n2_nonneg. unfold G. generalize (n2_nonneg (g th)). nra. }
  assert (0 <= G * (K * d)) by (apply Rmult_le_pos; nra).
  generalize (abs_le_sq _ _ H1 H0). intros [Hlo _]. destruct Hx as [_ Ex].
  assert (d ^ 2 <= d) by nra. assert (lambda * d ^ 2 <= lambda * d) by nra. nra.
Qed.

(* RULE 3.1 *)
Theorem rule31 : exists th,
  n2 (sub th c) <= (gamma / lambda) ^ 2 /\
  strict_min P E th /\
  E c - gamma ^ 2 / (2 * lambda) <= E th /\
  (forall y, ball c rho y -> E th + lambda / 2 * n2 (sub y th) <= E y).
Proof.
  destruct minimiser as [m [th [Bth [Em Hmin]]]]. subst m.
  assert (quadr : forall y, ball c rho y -> E th + lambda / 2 * n2 (sub y th) <= E y).
  { intros y Hy. set (M := n2 (sub y th)). assert (HM : 0 <= M) by apply n2_nonneg.
    destruct (Rle_lt_dec (E th + lambda / 2 * M) (E y)) as [|Hlt]; [assumption|exfalso].
    set (eta := E th + lambda / 2 * M - E y). assert (Heta : 0 < eta) by (unfold eta; lra).
    assert (HlM : 0 <= lambda * M) by nra.
    set (t := Rmin 1 (eta / (lambda * M + 1))).
    assert (0 < eta / (lambda * M + 1)) by (apply Rdiv_lt_0_compat; lra).
    assert (Ht0 : 0 < t) by (apply Rmin_glb_lt; lra).
    assert (Ht1 : t <= 1) by apply Rmin_l.
    assert (Ht2 : t * (lambda * M + 1) <= eta).
    { apply Rle_trans with (eta / (lambda * M + 1) * (lambda * M + 1)).
      - apply Rmult_le_compat_r; [lra|apply Rmin_r].
      - right. field. lra. }
    assert (S := strong th y t Bth Hy ltac:(lra)). fold M in S.
    assert (B := Hmin _ (ball_convex th y t Bth Hy ltac:(lra))).
    assert (t * (lambda / 2 * (1 - t) * M) <= t * (E y - E th)) by nra.
    assert (lambda / 2 * (1 - t) * M <= E y - E th) by (apply (Rmult_le_reg_l t); assumption).
    unfold eta in *. nra. }
  assert (HS := sc c th cball Bth). assert (HQ := quadr c cball). rewrite n2_sym in HQ.
  set (M := n2 (sub th c)) in *. assert (HM : 0 <= M) by apply n2_nonneg.
  assert (C := cauchy (g c) (sub th c)). fold M in C.
  assert (C' : dot (g c) (sub th c) ^ 2 <= gamma ^ 2 * M) by nra.
  set (D := dot (g c) (sub th c)) in *.
  assert (Hr : M <= (gamma / lambda) ^ 2).
  { apply (Rmult_le_reg_l (lambda ^ 2)); [nra|].
    replace (lambda ^ 2 * (gamma / lambda) ^ 2) with (gamma ^ 2) by (field; lra).
    destruct (Req_dec M 0) as [->|ne]; [nra|]. assert (0 < M) by lra.
    apply (Rmult_le_reg_l M); [assumption|].
    assert (0 <= lambda * M) by nra. assert (lambda * M <= - D) by lra.
    assert ((lambda * M) ^ 2 <= D ^ 2) by nra. nra. }
  exists th. split; [exact Hr|]. split; [|split; [|exact quadr]].
  - assert (HK := K_pos). assert (Hg : gamma / lambda < rho).
    { apply (Rmult_lt_reg_l lambda); [lra|]. replace (lambda * (gamma / lambda)) with gamma by (field; lra). lra. }
    assert (Hg0 : 0 <= gamma / lambda) by (apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]).
    set (e := (rho - gamma / lambda) / K). assert (0 < e) by (apply Rdiv_lt_0_compat; lra).
    exists e. split; [assumption|]. intros y Hy [k [Hk Hne]].
    assert (HKe : K * e = rho - gamma / lambda) by (unfold e; field; lra).
    assert (By : ball c rho y).
    { unfold ball. replace rho with (K * e + gamma / lambda) by lra.
      apply n2_tri with (y := th); [nra|assumption| |exact Hr]. apply n2_box; [lra|].
      intros j Hj. rewrite Rabs_minus_sym. left. apply Hy, Hj. }
    assert (0 < n2 (sub y th)).
    { apply Rlt_le_trans with (sub y th k ^ 2); [|apply n2_coord, Hk].
      unfold sub. assert (y k - th k <> 0) by lra. rewrite <- Rsqr_pow2. apply Rsqr_pos_lt. assumption. }
    generalize (quadr y By). nra.
  - apply (Rmult_le_reg_l (2 * lambda)); [lra|].
    replace (2 * lambda * (E c - gamma ^ 2 / (2 * lambda))) with (2 * lambda * E c - gamma ^ 2) by (field; lra).
    assert (0 <= 2 * lambda * D + lambda ^ 2 * M + gamma ^ 2); [|nra].
    assert (Hq : (2 * lambda * D) ^ 2 <= (lambda ^ 2 * M + gamma ^ 2) ^ 2).
    { assert (H4 := pow2_ge_0 (lambda ^ 2 * M - gamma ^ 2)).
      assert (H5 : lambda ^ 2 * D ^ 2 <= lambda ^ 2 * (gamma ^ 2 * M))
        by (apply Rmult_le_compat_l; [apply pow2_ge_0|exact C']).
      replace ((lambda ^ 2 * M + gamma ^ 2) ^ 2)
        with ((lambda ^ 2 * M - gamma ^ 2) ^ 2 + 4 * (lambda ^ 2 * (gamma ^ 2 * M))) by ring.
      replace ((2 * lambda * D) ^ 2) with (4 * (lambda ^ 2 * D ^ 2)) by ring. lra. }
    assert (Hn : 0 <= lambda ^ 2 * M + gamma ^ 2)
      by (apply Rplus_le_le_0_compat; [apply Rmult_le_pos; [apply pow2_ge_0|exact HM]|apply pow2_ge_0]).
    generalize (abs_le_sq _ _ Hn Hq). lra.
Qed.
End Rule31.
