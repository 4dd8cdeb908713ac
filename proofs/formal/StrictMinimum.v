(* Rule 3.1: a strict local minimum from a gradient that is small at c and a Hessian that is at least lambda near c.

   Modelling: E is a function of vectors (Basins.v), g its gradient. That E is C^2 is asked in the form the proof uses: along every segment of
   the ball, E has the derivative g . d and that has the derivative H z d, the quadratic form of the Hessian. Compactness of the ball is not
   used: a minimiser is the limit of better and better points, which strong convexity brings together. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Norms.
Open Scope R_scope.

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

(* a critical point: every entry of the gradient vanishes *)
Definition critical (P : nat) (g : vec -> vec) (th : vec) : Prop := forall k, (k < P)%nat -> g th k = 0.

(* The conclusion of rule 3.1: th is the only critical point of E in the ball of radius rho around c and a strict local minimum; it is within
   gamma / lambda of c; E c - gamma^2 / (2 lambda) <= E th <= E c; E grows by lambda / 2 times the squared distance from th (this is from the
   proof), and on the sphere of radius r, between gamma / lambda and rho, it is at least E th + lambda / 2 (r - gamma / lambda)^2. *)
Definition strict_minimum_near (P : nat) (E : vec -> R) (g : vec -> vec) (c : vec) (rho lambda gamma : R) (th : vec) : Prop :=
  n2 P (sub th c) <= (gamma / lambda) ^ 2 /\
  strict_min P E th /\
  E c - gamma ^ 2 / (2 * lambda) <= E th /\
  E th <= E c /\
  ball P c rho th /\ critical P g th /\
  (forall x, ball P c rho x -> critical P g x -> forall k, (k < P)%nat -> x k = th k) /\
  (forall y, ball P c rho y -> E th + lambda / 2 * n2 P (sub y th) <= E y) /\
  (forall y r, gamma / lambda <= r <= rho -> n2 P (sub y c) = r ^ 2 -> E th + lambda / 2 * (r - gamma / lambda) ^ 2 <= E y).

(* a derivative at 0 of a function that is nowhere smaller just right of 0 is not negative *)
Lemma right_minimum (f : R -> R) l : derivable_pt_lim f 0 l -> (forall s, 0 <= s <= 1 -> f 0 <= f s) -> 0 <= l.
Proof.
  intros Hd Hm. destruct (Rle_lt_dec 0 l) as [|Hlt]; [assumption|exfalso].
  destruct (Hd (- l) ltac:(lra)) as [del Hdel].
  assert (Hp : 0 < del) by apply (cond_pos del).
  set (h := Rmin 1 (del / 2)).
  assert (Hh : 0 < h <= 1 /\ h < del).
  { unfold h. generalize (Rmin_l 1 (del / 2)) (Rmin_r 1 (del / 2)). intros. split; [split; [apply Rmin_glb_lt; lra|lra]|lra]. }
  specialize (Hdel h ltac:(lra)). rewrite (Rabs_pos_eq h) in Hdel by lra. specialize (Hdel ltac:(lra)).
  apply Rabs_def2 in Hdel. rewrite Rplus_0_l in Hdel.
  assert (Hq : 0 <= (f h - f 0) / h).
  { apply Rmult_le_pos; [generalize (Hm h ltac:(lra)); lra|left; apply Rinv_0_lt_compat; lra]. }
  lra.
Qed.

Section Rule31.
Variable P : nat.
Local Notation dot := (dot P).
Local Notation n2 := (n2 P).
Local Notation ball := (ball P).
Variables (E : vec -> R) (g : vec -> vec) (H : vec -> vec -> R) (c : vec) (rho lambda gamma : R).
Hypothesis rho_pos : 0 < rho.
Hypothesis lambda_pos : 0 < lambda.
Hypothesis gamma_pos : 0 <= gamma.
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

(* the infimum over the ball *)
Lemma inf_exists : exists m, (forall x, ball c rho x -> m <= E x) /\
  forall e, 0 < e -> ~ forall x, ball c rho x -> m + e <= E x.
Proof.
  destruct (completeness (fun a => forall x, ball c rho x -> a <= E x)) as [m [Hub Hl]].
  - exists (E c). intros a Ha. apply Ha, (cball P c rho).
  - exists (E c - gamma * rho). intros x Hx. generalize (sc c x (cball P c rho) Hx).
    generalize (cauchy P (g c) (sub x c)) (n2_nonneg P (sub x c)) (n2_nonneg P (g c)). intros C N1 N2 S.
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

Let K := INR P + 1.
Lemma K_pos : 1 <= K. Proof. unfold K. generalize (pos_INR P). lra. Qed.
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
    assert (B := Hm _ (ball_convex P c rho x y (1/2) Hx Hy ltac:(lra))).
    apply (Rmult_le_reg_l (lambda / 8)); [lra|]. nra. }
  assert (Acoord : forall d x y k, 0 < d -> A (lambda * d ^ 2 / 8) x -> A (lambda * d ^ 2 / 8) y ->
     (k < P)%nat -> - d <= y k - x k <= d).
  { intros d x y k Hd Hx Hy Hk. apply abs_le_sq; [lra|].
    eapply Rle_trans; [apply (n2_coord P (sub y x) k Hk)|apply Adiam; assumption]. }
  assert (Amono : forall e e' x, e <= e' -> A e x -> A e' x).
  { intros e e' x He [Hx Ex]. split; [exact Hx|lra]. }
  assert (lub : forall k, {t | (k < P)%nat ->
     is_lub (fun a => exists e, 0 < e /\ forall x, A e x -> a <= x k) t}).
  { intros k. destruct (lt_dec k P) as [Hk|Hk]; [|exists 0; intros; lia].
    assert (Hbox : forall x, ball c rho x -> - rho <= x k - c k <= rho).
    { intros x Hx. apply abs_le_sq; [lra|]. eapply Rle_trans; [apply (n2_coord P (sub x c) k Hk)|exact Hx]. }
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
    assert (T := n2_tri P th x c (K * d) rho ltac:(nra) ltac:(lra) (Hth d x Hd Hx) (proj1 Hx)).
    assert (K * d * (K * d) <= K * d * K) by (apply Rmult_le_compat_l; nra). nra. }
  exists (E th), th. split; [exact Bth|]. split; [reflexivity|]. intros y Hy.
  apply Rle_trans with m; [|apply Hm, Hy].
  destruct (Rle_lt_dec (E th) m) as [|Hlt]; [assumption|exfalso].
  set (G := n2 (g th) + 1). assert (HG : 1 <= G) by (unfold G; generalize (n2_nonneg P (g th)); lra).
  destruct (pick (lambda + G * K) (E th - m)) as [d [Hd [Hd1 Hde]]]; [nra|lra|].
  apply (HA (lambda * d ^ 2 / 8)); [apply e_pos, Hd|]. intros [x Hx].
  assert (S := sc th x Bth (proj1 Hx)). assert (Q := n2_nonneg P (sub x th)).
  assert (C := cauchy P (g th) (sub x th)). assert (N := Hth d x Hd Hx). rewrite n2_sym in N.
  assert (Hsq : dot (g th) (sub x th) ^ 2 <= (G * (K * d)) ^ 2).
  { eapply Rle_trans; [exact C|]. replace ((G * (K * d)) ^ 2) with (G ^ 2 * (K * d) ^ 2) by ring.
    apply Rmult_le_compat; auto using n2_nonneg. unfold G. generalize (n2_nonneg P (g th)). nra. }
  assert (Hgk : 0 <= G * (K * d)) by (apply Rmult_le_pos; nra).
  generalize (abs_le_sq _ _ Hgk Hsq). intros [Hlo _]. destruct Hx as [_ Ex].
  assert (d ^ 2 <= d) by nra. assert (lambda * d ^ 2 <= lambda * d) by nra. nra.
Qed.

Lemma minimum_in_ball : exists th,
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
    assert (B := Hmin _ (ball_convex P c rho th y t Bth Hy ltac:(lra))).
    assert (t * (lambda / 2 * (1 - t) * M) <= t * (E y - E th)) by nra.
    assert (lambda / 2 * (1 - t) * M <= E y - E th) by (apply (Rmult_le_reg_l t); assumption).
    unfold eta in *. nra. }
  assert (HS := sc c th (cball P c rho) Bth). assert (HQ := quadr c (cball P c rho)). rewrite n2_sym in HQ.
  set (M := n2 (sub th c)) in *. assert (HM : 0 <= M) by apply n2_nonneg.
  assert (C := cauchy P (g c) (sub th c)). fold M in C.
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
    { apply Rlt_le_trans with (sub y th k ^ 2); [|apply n2_coord; exact Hk].
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

Lemma ratio_small : 0 <= gamma / lambda < rho.
Proof.
  split; [apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]|].
  apply (Rmult_lt_reg_l lambda); [lra|]. replace (lambda * (gamma / lambda)) with gamma by (field; lra). lra.
Qed.

(* a minimiser over the ball that lies inside it is critical: step a little along minus the gradient *)
Lemma inner_minimum_critical th r : 0 <= r < rho -> n2 (sub th c) <= r ^ 2 ->
  (forall y, ball c rho y -> E th <= E y) -> critical P g th.
Proof.
  intros Hr Hth Hmin.
  assert (HK := K_pos). destruct (dir_bound P (g th)) as [B [HB Hg]].
  set (e := (rho - r) / (K * B)). assert (He : 0 < e) by (apply Rdiv_lt_0_compat; nra).
  assert (Heb : 0 <= e * B) by (apply Rmult_le_pos; lra).
  set (y := fun k => th k + - e * g th k).
  assert (Bth : ball c rho th) by (unfold Norms.ball; nra).
  assert (By : ball c rho y).
  { unfold Norms.ball. replace rho with (K * (e * B) + r) by (unfold e; field; nra).
    apply n2_tri with (y := th); [apply Rmult_le_pos; lra|lra| |exact Hth]. apply n2_box; [exact Heb|].
    intros k Hk. unfold y. replace (th k + - e * g th k - th k) with (- (e * g th k)) by ring.
    rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq e) by lra.
    apply Rmult_le_compat_l; [lra|]. left. apply Hg, Hk. }
  assert (e0 : line th (sub y th) 0 = th) by (apply functional_extensionality; intros k; unfold line; ring).
  assert (Hd := D1 th y Bth By 0 ltac:(lra)). rewrite e0 in Hd.
  assert (Hp : 0 <= dot (g th) (sub y th)).
  { apply (right_minimum _ _ Hd). intros s Hs. rewrite e0. apply Hmin, ball_convex; assumption. }
  assert (ey : sub y th = fun k => - e * g th k) by (apply functional_extensionality; intros k; unfold sub, y; ring).
  rewrite ey, dot_scal_r in Hp. fold (n2 (g th)) in Hp.
  intros k Hk. apply (n2_zero P (g th)); [|exact Hk]. nra.
Qed.

(* two critical points of the ball agree *)
Lemma critical_unique x y : ball c rho x -> ball c rho y -> critical P g x -> critical P g y ->
  forall k, (k < P)%nat -> x k = y k.
Proof.
  intros Bx By Cx Cy k Hk.
  assert (Hxy := sc x y Bx By). assert (Hyx := sc y x By Bx).
  rewrite (dot_zero P (g x)) in Hxy by exact Cx. rewrite (dot_zero P (g y)) in Hyx by exact Cy.
  rewrite (n2_sym P x y) in Hyx.
  assert (Hz : n2 (sub y x) <= 0) by nra.
  generalize (n2_zero P _ Hz k Hk). unfold sub. lra.
Qed.

(* the distance of a point on the sphere of radius r from one within d of the centre *)
Lemma sphere_distance x th r d : 0 <= d <= r -> n2 (sub th c) <= d ^ 2 -> n2 (sub x c) = r ^ 2 -> (r - d) ^ 2 <= n2 (sub x th).
Proof.
  intros Hd Hth Hx. assert (N := n2_nonneg P (sub x th)). set (a := sqrt (n2 (sub x th))).
  assert (Ha : 0 <= a) by apply sqrt_pos. assert (Ha2 : a ^ 2 = n2 (sub x th)) by (apply pow2_sqrt, N).
  assert (T := n2_tri P x th c a d Ha (proj1 Hd) (Req_le _ _ (eq_sym Ha2)) Hth). rewrite Hx in T.
  rewrite <- Ha2. assert (Hra : r <= a + d); [|apply pow_incr; lra].
  apply Rnot_lt_le. intros Hlt. assert ((a + d) * (a + d) < r * r) by (apply Rmult_le_0_lt_compat; lra). lra.
Qed.

(* RULE 3.1, strict local minimum (kernel: strict_minimum). The hypotheses are those of this section: (i) D1 and D2, (ii) Hess, (iii) grad, (iv)
   small. More general than written: derivatives are asked for along segments of the ball only, and nothing outside the ball is used. *)
Theorem rule31 : exists th, strict_minimum_near P E g c rho lambda gamma th.
Proof.
  destruct minimum_in_ball as [th [Hr [Hs [Hv Hq]]]]. exists th.
  assert (Hsm := ratio_small).
  assert (Bth : ball c rho th) by (unfold Norms.ball; nra).
  assert (Hc : critical P g th).
  { apply (inner_minimum_critical th (gamma / lambda)); [exact Hsm|exact Hr|].
    intros y By. generalize (Hq y By) (n2_nonneg P (sub y th)). nra. }
  repeat (split; [assumption|]). split; [|split; [exact Bth|split; [exact Hc|split; [|split; [exact Hq|]]]]].
  - generalize (Hq c (cball P c rho)) (n2_nonneg P (sub c th)). nra.
  - intros x Bx Cx. apply critical_unique; assumption.
  - intros y r Hyr Hy. assert (By : ball c rho y) by (unfold Norms.ball; nra).
    generalize (Hq y By) (sphere_distance y th r (gamma / lambda) ltac:(lra) Hr Hy). nra.
Qed.
End Rule31.

(* ---------- the hint matrix ---------- *)
(* the quadratic form of a P x P matrix; R^T M R; the squared Frobenius norm; diagonal minus absolute row sum beside it *)
Definition qf (P : nat) (M : nat -> nat -> R) (z : vec) : R := sum P (fun a => sum P (fun b => M a b * z a * z b)).
Definition congruent (P : nat) (Rm M : nat -> nat -> R) : nat -> nat -> R :=
  fun a b => sum P (fun i => sum P (fun j => Rm i a * M i j * Rm j b)).
Definition frobenius2 (P : nat) (Rm : nat -> nat -> R) : R := sum P (fun i => sum P (fun a => Rm i a ^ 2)).
Definition margin (P : nat) (G : nat -> nat -> R) (a : nat) : R :=
  G a a - sum P (fun b => if (b =? a)%nat then 0 else Rabs (G a b)).

Lemma sum_scal_r n a f : sum n (fun k => f k * a) = sum n f * a.
Proof. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. Qed.
Lemma sum_delta n a f : (a < n)%nat -> sum n (fun b => if (b =? a)%nat then f b else 0) = f a.
Proof.
  intros Ha. rewrite (sum_single n _ a Ha); [rewrite Nat.eqb_refl; reflexivity|].
  intros k Hk ne. destruct (Nat.eqb_spec k a); [contradiction|reflexivity].
Qed.

(* Gershgorin, as a bound of the quadratic form *)
Lemma gershgorin P G mu y : (forall a b, (a < P)%nat -> (b < P)%nat -> G a b = G b a) ->
  (forall a, (a < P)%nat -> mu <= margin P G a) -> mu * n2 P y <= qf P G y.
Proof.
  intros Hsym Hrow.
  set (off := fun a b => if (b =? a)%nat then 0 else Rabs (G a b)).
  (* twice the form is at least the sum of (margin of row a) times 2 y_a^2 *)
  assert (Hterm : forall a b, (a < P)%nat -> (b < P)%nat ->
    (if (b =? a)%nat then G a a * y a ^ 2 else 0) - off a b * y a ^ 2 / 2 - off a b * y b ^ 2 / 2 <= G a b * y a * y b).
  { intros a b Ha Hb. unfold off. destruct (Nat.eqb_spec b a) as [->|ne]; [lra|].
    assert (Hab : - (Rabs (G a b) * (Rabs (y a) * Rabs (y b))) <= G a b * y a * y b).
    { rewrite <- !Rabs_mult, Rmult_assoc. generalize (Rle_abs (- (G a b * (y a * y b)))). rewrite Rabs_Ropp. lra. }
    assert (Hsq : 0 <= (Rabs (y a) - Rabs (y b)) ^ 2) by apply pow2_ge_0.
    generalize (Rabs_pos (G a b)) (pow2_abs (y a)) (pow2_abs (y b)). intros Hp Ea Eb. nra. }
  assert (Hoff : sum P (fun a => sum P (fun b => off a b * y b ^ 2)) = sum P (fun a => sum P (off a) * y a ^ 2)).
  { rewrite sum_swap. apply sum_ext. intros b Hb. rewrite sum_scal_r. f_equal. apply sum_ext. intros a Ha.
    unfold off. rewrite (Hsym a b Ha Hb), Nat.eqb_sym. reflexivity. }
  unfold qf. eapply Rle_trans; [|apply sum_le; intros a Ha; apply sum_le; intros b Hb; apply (Hterm a b Ha Hb)].
  rewrite (sum_ext P (fun a => sum P _) (fun a => (G a a * y a ^ 2 - / 2 * (sum P (off a) * y a ^ 2)) + - / 2 * sum P (fun b => off a b * y b ^ 2))).
  - rewrite sum_plus, sum_scal, Hoff, <- sum_scal, <- sum_plus. unfold n2, dot. rewrite <- sum_scal. apply sum_le.
    intros a Ha. specialize (Hrow a Ha). unfold margin in Hrow. fold (off a) in Hrow.
    assert (Hy : 0 <= y a ^ 2) by apply pow2_ge_0. change (sum P (fun b => off a b)) with (sum P (off a)) in Hrow. nra.
  - intros a Ha.
    rewrite <- (sum_delta P a (fun b => G a a * y a ^ 2) Ha) at 1. rewrite <- sum_scal_r, <- !sum_scal.
    unfold Rminus. rewrite (Rplus_assoc (sum P _)). 
    rewrite (sum_ext P _ (fun b => (if (b =? a)%nat then G a a * y a ^ 2 else 0)
      + (- / 2 * (off a b * y a ^ 2) + - / 2 * (off a b * y b ^ 2)))) by (intros b Hb; field).
    rewrite sum_plus, sum_plus, !sum_scal. ring.
Qed.

(* R^T M R at y is M at R y *)
Lemma congruent_form P Rm M y : qf P (congruent P Rm M) y = qf P M (fun i => mulv P (Rm i) y).
Proof.
  unfold qf, congruent, mulv.
  rewrite (sum_ext P _ (fun a => sum P (fun i => sum P (fun j => sum P (fun b => Rm i a * y a * M i j * (Rm j b * y b)))))).
  - rewrite sum_swap. apply sum_ext. intros i Hi. rewrite sum_swap. apply sum_ext. intros j Hj.
    rewrite (sum_ext P _ (fun a => M i j * sum P (fun b => Rm j b * y b) * (Rm i a * y a))).
    + rewrite sum_scal. ring.
    + intros a Ha. rewrite sum_scal. ring.
  - intros a Ha. rewrite (sum_ext P _ (fun b => sum P (fun i => sum P (fun j => Rm i a * y a * M i j * (Rm j b * y b))))).
    + rewrite sum_swap. apply sum_ext. intros i Hi. apply sum_swap.
    + intros b Hb. rewrite Rmult_assoc, <- sum_scal_r. apply sum_ext. intros i Hi. rewrite <- sum_scal_r.
      apply sum_ext. intros j Hj. ring.
Qed.
Lemma congruent_sym P Rm M : (forall i j, (i < P)%nat -> (j < P)%nat -> M i j = M j i) ->
  forall a b, congruent P Rm M a b = congruent P Rm M b a.
Proof.
  intros H a b. unfold congruent. rewrite sum_swap. apply sum_ext. intros j Hj. apply sum_ext. intros i Hi.
  rewrite (H i j Hi Hj). ring.
Qed.
Lemma mulv_norm P Rm y : n2 P (fun i => mulv P (Rm i) y) <= frobenius2 P Rm * n2 P y.
Proof.
  unfold n2 at 1, dot, frobenius2. rewrite <- sum_scal_r. apply sum_le. intros i Hi.
  assert (C := cauchy P (Rm i) y). unfold dot in C. unfold mulv.
  rewrite (sum_ext P (fun a => Rm i a ^ 2) (fun a => Rm i a * Rm i a)) by (intros; ring).
  change (sum P (fun a => Rm i a * Rm i a)) with (n2 P (Rm i)). lra.
Qed.
Lemma qf_zero P M z : (forall k, (k < P)%nat -> z k = 0) -> qf P M z = 0.
Proof. intros H. apply sum_zero. intros a Ha. apply sum_zero. intros b Hb. rewrite (H a Ha). ring. Qed.
Lemma qf_ext P M M' z z' : (forall a b, (a < P)%nat -> (b < P)%nat -> M a b = M' a b) ->
  (forall k, (k < P)%nat -> z k = z' k) -> qf P M z = qf P M' z'.
Proof.
  intros HM Hz. apply sum_ext. intros a Ha. apply sum_ext. intros b Hb. rewrite HM, !Hz by assumption. reflexivity.
Qed.

(* The hint of rule 3.1 (kernel: strict_minimum, its preconditioner): M symmetric, and every row of R^T M R has its diagonal above the absolute
   values beside it by at least mu > 0; then z^T M z >= mu / |R|_F^2 |z|^2 for all z (written
   without the division). R is square; that it is invertible follows. *)
Theorem hint P Rm M mu : (forall i j, (i < P)%nat -> (j < P)%nat -> M i j = M j i) -> 0 < mu ->
  (forall a, (a < P)%nat -> mu <= margin P (congruent P Rm M) a) ->
  forall z, mu * n2 P z <= frobenius2 P Rm * qf P M z.
Proof.
  intros Hsym Hmu Hrow z.
  assert (Hger : forall y, mu * n2 P y <= qf P M (fun i => mulv P (Rm i) y)).
  { intros y. rewrite <- congruent_form. apply gershgorin; [|exact Hrow]. intros. apply congruent_sym, Hsym. }
  destruct (surj P Rm) with (y := z) as [y Hy].
  - intros v Hv. apply n2_zero. generalize (Hger v) (n2_nonneg P v). rewrite qf_zero by exact Hv. nra.
  - assert (HF := mulv_norm P Rm y). specialize (Hger y).
    rewrite (qf_ext P M M _ z) in Hger; [|reflexivity|exact Hy].
    assert (Hz : n2 P (fun i => mulv P (Rm i) y) = n2 P z) by (apply sum_ext; intros k Hk; rewrite (Hy k Hk); reflexivity).
    rewrite Hz in HF.
    assert (Hfr : 0 <= frobenius2 P Rm) by (apply sum_nonneg; intros; apply sum_nonneg; intros; apply pow2_ge_0).
    nra.
Qed.
Corollary hint_lambda P Rm M mu lambda : (forall i j, (i < P)%nat -> (j < P)%nat -> M i j = M j i) -> 0 < mu ->
  (forall a, (a < P)%nat -> mu <= margin P (congruent P Rm M) a) -> lambda * frobenius2 P Rm <= mu ->
  forall z, lambda * n2 P z <= qf P M z.
Proof.
  intros Hsym Hmu Hrow Hl z. assert (Hh := hint P Rm M mu Hsym Hmu Hrow z). assert (Hn := n2_nonneg P z).
  assert (Hfr : 0 <= frobenius2 P Rm) by (apply sum_nonneg; intros; apply sum_nonneg; intros; apply pow2_ge_0).
  destruct (Req_dec (frobenius2 P Rm) 0) as [e|ne].
  - rewrite e in Hh. assert (Hz : n2 P z <= 0) by nra. rewrite (qf_zero P M z (n2_zero P z Hz)).
    replace (n2 P z) with 0 by lra. lra.
  - apply (Rmult_le_reg_l (frobenius2 P Rm)); [lra|]. nra.
Qed.

(* RULE 3.1 with the hint (kernel: strict_minimum, all of it): the Hessian enters by its entries M z a b, over the whole box around c, and a
   square matrix Rm for which every row of Rm^T (M z) Rm is dominated by its diagonal. *)
Theorem rule31_preconditioned P E g M c rho lambda gamma Rm mu :
  0 < rho -> 0 < lambda -> 0 <= gamma ->
  (forall x y, ball P c rho x -> ball P c rho y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => E (line x (sub y x) s)) t (dot P (g (line x (sub y x) t)) (sub y x))) ->
  (forall x y, ball P c rho x -> ball P c rho y -> forall t, 0 <= t <= 1 ->
    derivable_pt_lim (fun s => dot P (g (line x (sub y x) s)) (sub y x)) t (qf P (M (line x (sub y x) t)) (sub y x))) ->
  (forall z, box P c rho z -> forall a b, (a < P)%nat -> (b < P)%nat -> M z a b = M z b a) ->
  0 < mu -> lambda * frobenius2 P Rm <= mu ->
  (forall z, box P c rho z -> forall a, (a < P)%nat -> mu <= margin P (congruent P Rm (M z)) a) ->
  n2 P (g c) <= gamma ^ 2 -> gamma < lambda * rho ->
  exists th, strict_minimum_near P E g c rho lambda gamma th.
Proof.
  intros Hrho Hl Hg D1 D2 Hsym Hmu Hfr Hrow Hgrad Hsmall.
  apply (rule31 P E g (fun z => qf P (M z)) c rho lambda gamma); try assumption.
  intros z d Hz. assert (Bz : box P c rho z) by (apply ball_box; [lra|exact Hz]).
  apply hint_lambda with (Rm := Rm) (mu := mu); [apply Hsym, Bz|exact Hmu|apply Hrow, Bz|exact Hfr].
Qed.

(* ---------- rules 3.2 and claim ---------- *)
(* RULE 3.2 (kernel: sub_optimal): a minimum with E th >= low, and a witness u with E u + gap <= low. For a basin S, low bounds E on S. *)
Theorem rule32 (E : vec -> R) th u low gap : low <= E th -> E u + gap <= low -> E u <= E th - gap.
Proof. lra. Qed.
Theorem rule32_basin (E : vec -> R) (S : vec -> Prop) u low gap : 0 < gap -> (forall x, S x -> low <= E x) -> E u + gap <= low ->
  suboptimal E S /\ forall x, S x -> E u <= E x - gap.
Proof.
  intros Hg HS Hu. split; [exists u|]; intros x Hx; specialize (HS x Hx); lra.
Qed.
(* A strict local minimum that is not global is a bad basin. *)
Theorem rule32_strict P (E : vec -> R) th u gap : (forall x y, (forall k, (k < P)%nat -> x k = y k) -> E x = E y) ->
  0 < gap -> strict_min P E th -> E u <= E th - gap -> basin P E (point P th) /\ suboptimal E (point P th).
Proof.
  intros Hext Hg Hs Hu. split; [apply strict_min_basin; assumption|]. exists u. intros x Hx. rewrite <- (Hext th x Hx). lra.
Qed.

(* CLAIM, after any rule that shows a set S of minima (one point, or a basin) within r of c, where the loss is at least low: every point of S is
   within the stated distance of the stated center, and its loss above that of u by the stated gap. r is gamma / lambda after 3.1, 0 after
   3.1b, 3.4 and 3.4b, the length of the radii after 3.3. *)
Theorem claim_within P (E : vec -> R) (S : vec -> Prop) c r c' delta u gap low :
  (forall x, S x -> n2 P (sub x c) <= r ^ 2) -> (forall x, S x -> low <= E x) ->
  0 <= r -> r <= delta -> n2 P (sub c c') <= (delta - r) ^ 2 -> E u + gap <= low ->
  forall x, S x -> n2 P (sub x c') <= delta ^ 2 /\ E u <= E x - gap.
Proof.
  intros Hr Hlow H0 Hdel Hc Hu x Sx. split; [|generalize (Hlow x Sx); lra].
  replace delta with (r + (delta - r)) by ring. apply n2_tri with (y := c); [exact H0|lra|exact (Hr x Sx)|exact Hc].
Qed.
(* CLAIM, after 3.1 and 3.2 (kernel: conclude): from a minimum by 3.1 and a witness, a strict local minimum within delta of the stated c', with a
   loss that the witness beats by the stated gap (any gap not above the proved one). *)
Theorem claim31 P E g c rho lambda gamma th c' delta u gap : 0 <= gamma -> 0 < lambda ->
  strict_minimum_near P E g c rho lambda gamma th ->
  gamma / lambda <= delta -> n2 P (sub c c') <= (delta - gamma / lambda) ^ 2 -> E u + gap <= E c - gamma ^ 2 / (2 * lambda) ->
  n2 P (sub th c') <= delta ^ 2 /\ strict_min P E th /\ E u <= E th - gap.
Proof.
  intros Hg Hl [Hd [Hs [Hv _]]] Hdel Hc Hu.
  assert (Hr : 0 <= gamma / lambda) by (apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat; lra]).
  destruct (claim_within P E (eq th) c (gamma / lambda) c' delta u gap (E th)) with (x := th) as [Hn Hgap]; try assumption; try reflexivity.
  - intros x <-. exact Hd.
  - intros x <-. lra.
  - lra.
  - split; [exact Hn|split; [exact Hs|exact Hgap]].
Qed.

(* ---------- the barrier along paths ---------- *)
Lemma n2_path_continuous P (p : R -> vec) c : (forall k, (k < P)%nat -> continuity (fun t => p t k)) -> continuity (fun t => n2 P (sub (p t) c)).
Proof.
  unfold n2, dot. induction P as [|m IH]; intros H; [apply continuity_const; intros x y; reflexivity|].
  assert (Hk : continuity (fun t => sub (p t) c m)).
  { apply (continuity_minus (fun t => p t m) (fun _ => c m)); [apply H; lia|apply continuity_const; intros x y; reflexivity]. }
  apply (continuity_plus (fun t => sum m (fun k => sub (p t) c k * sub (p t) c k)) (fun t => sub (p t) c m * sub (p t) c m)).
  - apply IH. intros k Hkm. apply H. lia.
  - apply (continuity_mult (fun t => sub (p t) c m) (fun t => sub (p t) c m)); exact Hk.
Qed.
(* With r = rho: every continuous path from the ball (from th, say) to a point outside it passes a point where E is at least
   E th + lambda / 2 (rho - gamma / lambda)^2. The path is a function on the line, read between 0 and 1. *)
Theorem rule31_barrier P E g c rho lambda gamma th (p : R -> vec) : 0 < lambda -> gamma < lambda * rho ->
  strict_minimum_near P E g c rho lambda gamma th ->
  (forall k, (k < P)%nat -> continuity (fun t => p t k)) -> ball P c rho (p 0) -> ~ ball P c rho (p 1) ->
  exists t, 0 <= t <= 1 /\ E th + lambda / 2 * (rho - gamma / lambda) ^ 2 <= E (p t).
Proof.
  intros Hl Hs Hmin Hp H0 H1. unfold ball in H0, H1. apply Rnot_le_lt in H1.
  destruct (IVT_cor (fun t => n2 P (sub (p t) c) - rho ^ 2) 0 1) as [t [Ht Hz]]; [|lra|nra|].
  - apply continuity_minus; [apply n2_path_continuous, Hp|apply continuity_const; intros x y; reflexivity].
  - exists t. split; [exact Ht|]. destruct Hmin as (_ & _ & _ & _ & _ & _ & _ & _ & Hbar). apply Hbar; [|lra]. split; [|lra].
    apply (Rmult_le_reg_l lambda); [lra|]. replace (lambda * (gamma / lambda)) with gamma by (field; lra). lra.
Qed.
