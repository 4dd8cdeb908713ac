(* Activations that shrink (rule 4.7), by name: strictly monotone ones in pieces, and swish, mish and gelu.

   Each of swish, mish and gelu falls strictly from 0, its limit at minus infinity, to one minimum, and rises strictly after it. The derivatives of swish and
   mish are a positive function times one that rises strictly and has both signs. That of gelu falls below 0, rises through 0 once and stays positive; this
   needs its limit at minus infinity, so the value of the Gaussian integral, which is proved here (gauss_half): (integral of e^(-t^2/2) from 0 to x)^2 +
   integral of 2 e^(-x^2 (1 + t^2)/2) / (1 + t^2) from 0 to 1 has derivative 0. Kernel: `shrinks`. *)
Require Import ZArith Reals Lra Lia List Bool.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Jets Exact IndependentInputs Deep Activations.
Import ListNotations.
Open Scope R_scope.

(* ---------- strictly monotone, in pieces ---------- *)
(* e = 1: rises strictly; e = -1: falls strictly *)
Definition goes (e : R) (s : R -> R) : Prop := forall x y, x < y -> e * s x < e * s y.
Lemma goes_monotone e s : e = 1 \/ e = -1 -> goes e s -> strictly_monotone s.
Proof. intros [->| ->] H; [left|right]; intros x y Hxy; generalize (H x y Hxy); lra. Qed.
Lemma pieces_go e f g a : goes e f -> goes e g -> f a = g a -> goes e (fun t => if Rle_dec t a then f t else g t).
Proof.
  intros Hf Hg Ha x y Hxy. destruct (Rle_dec x a), (Rle_dec y a); [apply Hf, Hxy| |lra|apply Hg, Hxy].
  apply Rle_lt_trans with (e * f a).
  - destruct (Req_dec x a) as [->|]; [lra|]. left. apply Hf. lra.
  - rewrite Ha. apply Hg. lra.
Qed.
(* piecewise linear, all slopes positive, or all negative *)
Definition slopes_go (e : Z) (p : list rat) (l : list (rat * list rat)) : bool :=
  forallb (fun piece => match piece with [_; b] => Z.ltb 0 (e * fst b) | _ => false end) (p :: map snd l).
Lemma line_goes e a b : (e = 1 \/ e = -1)%Z -> Z.ltb 0 (e * fst b) = true -> goes (IZR e) (poly [a; b]).
Proof.
  intros He H x y Hxy. apply Z.ltb_lt, IZR_lt in H. rewrite mult_IZR in H. simpl.
  assert (Hb : of_rat b = IZR (fst b) * / IZR (Zpos (snd b))) by (rewrite of_rat_div; reflexivity).
  assert (Hq : 0 < / IZR (Zpos (snd b))) by (apply Rinv_0_lt_compat, IZR_lt; lia).
  assert (Hs : 0 < IZR e * of_rat b) by (rewrite Hb, <- Rmult_assoc; apply Rmult_lt_0_compat; lra). nra.
Qed.
Lemma piecewise_goes e l : (e = 1 \/ e = -1)%Z -> forall p, slopes_go e p l = true -> pieces_meet p l = true -> goes (IZR e) (piecewise p l).
Proof.
  intros He. induction l as [|[b p'] r IH]; intros p H Hm; simpl in *; apply andb_prop in H; destruct H as [H Hr];
    (destruct p as [|a [|c [|? ?]]]; try discriminate).
  - apply line_goes; assumption.
  - apply andb_prop in Hm. destruct Hm as [Hm Hm']. apply pieces_go; [apply line_goes; assumption|apply IH; assumption|].
    apply QArith_base.Qeq_bool_iff, Qreals.Qeq_eqR in Hm. rewrite polyQ_R, piecewiseQ_R, toQ_R in Hm. exact Hm.
Qed.
Theorem piecewise_shrinks_locally e p l : (e = 1 \/ e = -1)%Z -> slopes_go e p l = true -> pieces_meet p l = true -> shrinks_locally (piecewise p l).
Proof.
  intros He H Hm. apply monotone_shrinks_locally; [apply piecewise_continuity, Hm|]. apply (goes_monotone (IZR e)).
  - destruct He as [->| ->]; [left|right]; lra.
  - apply piecewise_goes; assumption.
Qed.
Lemma same_shrinks_locally s r : (forall t, s t = r t) -> shrinks_locally r -> shrinks_locally s.
Proof.
  intros H Hr z eps He. destruct (Hr z eps He) as [d [Hd Hl]]. exists d. split; [exact Hd|]. intros l Hll.
  destruct (Hl l Hll) as [y [Hy e]]. exists y. split; [exact Hy|]. rewrite !H. exact e.
Qed.
Theorem elu_shrinks_locally : shrinks_locally (fun t => if Rle_dec t 0 then exp t - 1 else t).
Proof.
  apply monotone_shrinks_locally; [apply elu_continuity|]. apply (goes_monotone 1); [left; lra|].
  apply (pieces_go 1 (fun t => exp t - 1) (fun t => t)); [|intros x y Hxy; lra|rewrite exp_0; ring].
  intros x y Hxy. generalize (exp_increasing x y Hxy). lra.
Qed.
Theorem selu_shrinks_locally a c : 0 < a -> 0 < c -> shrinks_locally (fun t => if Rle_dec t 0 then a * (exp t - 1) else c * t).
Proof.
  intros Ha Hc. apply monotone_shrinks_locally; [apply selu_continuity|]. apply (goes_monotone 1); [left; lra|].
  apply (pieces_go 1 (fun t => a * (exp t - 1)) (fun t => c * t)); [|intros x y Hxy; nra|rewrite exp_0; ring].
  intros x y Hxy. assert (H := exp_increasing x y Hxy). nra.
Qed.
Theorem softsign_shrinks_locally : shrinks_locally (fun t => t / (1 + Rabs t)).
Proof.
  apply monotone_shrinks_locally; [apply softsign_continuity|]. left. intros x y Hxy.
  assert (Hx := Rabs_pos x). assert (Hy := Rabs_pos y). apply (Rmult_lt_reg_r ((1 + Rabs x) * (1 + Rabs y))); [apply Rmult_lt_0_compat; lra|].
  replace (x / (1 + Rabs x) * ((1 + Rabs x) * (1 + Rabs y))) with (x * (1 + Rabs y)) by (field; lra).
  replace (y / (1 + Rabs y) * ((1 + Rabs x) * (1 + Rabs y))) with (y * (1 + Rabs x)) by (field; lra).
  unfold Rabs. destruct (Rcase_abs x), (Rcase_abs y); nra.
Qed.

(* ---------- one minimum ---------- *)
Lemma dip_by_slope s s' z0 : (forall t, derivable_pt_lim s t (s' t)) -> (forall t, t < z0 -> s' t < 0) -> (forall t, z0 < t -> 0 < s' t) ->
  (forall eps, 0 < eps -> exists B, forall x, x < B -> Rabs (s x) < eps) -> dip s.
Proof.
  intros Hd Hneg Hpos Hlim. exists z0. split; [|split; [|exact Hlim]]; intros x y.
  - intros Hxy Hy. destruct (MVT_cor2 s s' x y Hxy) as [c [e Hc]]; [intros c _; apply Hd|]. specialize (Hneg c ltac:(lra)). nra.
  - intros Hx Hxy. destruct (MVT_cor2 s s' x y Hxy) as [c [e Hc]]; [intros c _; apply Hd|]. specialize (Hpos c ltac:(lra)). nra.
Qed.
(* the slope is positive times g *)
Lemma dip_by_factor s s' p g a c : (forall t, derivable_pt_lim s t (s' t)) -> (forall t, s' t = p t * g t) -> (forall t, 0 < p t) ->
  (forall x y, x < y -> g x < g y) -> continuity g -> a < c -> g a < 0 -> 0 < g c ->
  (forall eps, 0 < eps -> exists B, forall x, x < B -> Rabs (s x) < eps) -> dip s.
Proof.
  intros Hd Hs Hp Hg Hc Hac Ha Hcc Hlim. destruct (IVT g a c Hc Hac Ha Hcc) as [z0 [_ Hz]].
  apply (dip_by_slope s s' z0 Hd); [| |exact Hlim]; intros t Ht; rewrite Hs; specialize (Hp t); specialize (Hg _ _ Ht); nra.
Qed.
(* what falls to 0 with y e^(-y) *)
Lemma small_by_exp s k : 0 < k -> (forall x, x < 0 -> Rabs (s x) <= k * (- x * exp x)) -> forall eps, 0 < eps -> exists B, forall x, x < B -> Rabs (s x) < eps.
Proof.
  intros Hk H eps He. exists (- (4 * k / eps)). intros x Hx.
  assert (Hq : 0 < 4 * k / eps) by (apply Rdiv_lt_0_compat; lra). assert (Hx0 : x < 0) by lra.
  apply Rle_lt_trans with (1 := H x Hx0).
  (* e^(-x) = (e^(-x/2))^2 > x^2 / 4 *)
  assert (H1 : 1 + - x / 2 < exp (- x / 2)) by (apply exp_ineq1; lra).
  assert (H2 : exp (- x) = exp (- x / 2) * exp (- x / 2)) by (rewrite <- exp_plus; f_equal; field).
  assert (H3 : x * x / 4 < exp (- x)) by (rewrite H2; nra).
  assert (H4 : exp x * exp (- x) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
  assert (H5 := exp_pos x).
  assert (H6 : - x * exp x < 4 / - x).
  { apply (Rmult_lt_reg_r (- x)); [lra|]. replace (4 / - x * - x) with 4 by (field; lra). nra. }
  apply Rlt_le_trans with (k * (4 / - x)); [apply Rmult_lt_compat_l; assumption|].
  apply (Rmult_le_reg_r (- x)); [lra|]. replace (k * (4 / - x) * - x) with (4 * k) by (field; lra).
  assert (H7 : 4 * k / eps * eps = 4 * k) by (field; lra). nra.
Qed.

Theorem swish_dip : dip swish.
Proof.
  apply (dip_by_factor swish swish_1 (fun t => sigmoid t * / (1 + exp t)) (fun t => 1 + exp t + t) (- 2) 0).
  - apply swish_d1.
  - intros t. unfold swish_1, sigmoid_1, sigmoid. rewrite exp_Ropp. assert (H := exp_pos t). field. lra.
  - intros t. apply Rmult_lt_0_compat; [apply sigmoid_range|]. apply Rinv_0_lt_compat. generalize (exp_pos t). lra.
  - intros x y Hxy. generalize (exp_increasing x y Hxy). lra.
  - apply limit_continuity with (fun t => exp t + 1). intros t. apply is_derive_Reals. auto_derive; [exact I|ring].
  - lra.
  - assert (H : exp (- 2) < 1) by (rewrite <- exp_0; apply exp_increasing; lra). lra.
  - rewrite exp_0. lra.
  - apply (small_by_exp swish 1); [lra|]. intros x Hx. unfold swish, sigmoid. rewrite exp_Ropp. assert (H := exp_pos x).
    replace (x * / (1 + / exp x)) with (- (- x * (exp x / (1 + exp x)))) by (field; lra). rewrite Rabs_Ropp, Rmult_1_l.
    assert (H1 : 0 < / (1 + exp x) <= 1) by (split; [apply Rinv_0_lt_compat; lra|rewrite <- Rinv_1; apply Rinv_le_contravar; lra]).
    assert (H2 : exp x / (1 + exp x) <= exp x) by (unfold Rdiv; nra).
    assert (H3 : 0 <= exp x / (1 + exp x)) by (unfold Rdiv; nra).
    rewrite Rabs_pos_eq by (apply Rmult_le_pos; lra). apply Rmult_le_compat_l; lra.
Qed.

(* mish without hyperbolic functions *)
Lemma mish_is_quotient t : mish t = t * (((1 + exp t) ^ 2 - 1) / ((1 + exp t) ^ 2 + 1)).
Proof.
  unfold mish, tanh, softplus. rewrite exp_Ropp, exp_ln by (generalize (exp_pos t); lra). f_equal. assert (H := exp_pos t). field. split; nra.
Qed.
Definition quarter (u : R) : R := (u ^ 2 + u + 1 + / u) / 4.
Lemma quarter_rises u v : 1 < u -> u < v -> quarter u < quarter v.
Proof.
  intros Hu Huv. unfold quarter. assert (H : / u - / v < v - u); [|nra].
  replace (/ u - / v) with ((v - u) * / (u * v)) by (field; lra).
  assert (H1 : / (u * v) < 1) by (rewrite <- Rinv_1; apply Rinv_lt_contravar; nra). nra.
Qed.
Theorem mish_dip : dip mish.
Proof.
  set (u := fun t => 1 + exp t). assert (Hu : forall t, 1 < u t) by (intros t; unfold u; generalize (exp_pos t); lra).
  apply (dip_by_factor mish (fun t => 4 * u t * (u t - 1) / (u t ^ 2 + 1) ^ 2 * (t + quarter (u t)))
    (fun t => 4 * u t * (u t - 1) / (u t ^ 2 + 1) ^ 2) (fun t => t + quarter (u t)) (- 4) 0).
  - intros t. apply is_derive_Reals.
    apply (is_derive_ext (fun t => t * ((u t ^ 2 - 1) / (u t ^ 2 + 1)))); [intros x; symmetry; apply mish_is_quotient|].
    unfold u at 1 2. auto_derive.
    + assert (H := exp_pos t). apply Rgt_not_eq. nra.
    + unfold quarter. fold (u t). replace (exp t) with (u t - 1) by (unfold u; ring). specialize (Hu t). field. split; nra.
  - reflexivity.
  - intros t. specialize (Hu t). apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; lra|]. apply pow_lt. nra.
  - intros x y Hxy. assert (H : quarter (u x) < quarter (u y)); [|lra]. apply quarter_rises; [apply Hu|]. unfold u. generalize (exp_increasing x y Hxy). lra.
  - apply limit_continuity with (fun t => 1 + (2 * u t + 1 - / u t ^ 2) / 4 * exp t). intros t. apply is_derive_Reals. unfold quarter, u.
    assert (H := exp_pos t). auto_derive; [lra|]. field. lra.
  - lra.
  - assert (H : exp (- 4) < 1) by (rewrite <- exp_0; apply exp_increasing; lra). specialize (Hu (- 4)). unfold quarter.
    assert (H1 : u (- 4) < 2) by (unfold u; lra). assert (H2 : / u (- 4) < 1) by (rewrite <- Rinv_1; apply Rinv_lt_contravar; lra). nra.
  - specialize (Hu 0). unfold quarter. assert (H := Rinv_0_lt_compat (u 0) ltac:(lra)). nra.
  - apply (small_by_exp mish 3); [lra|]. intros x Hx. rewrite mish_is_quotient. fold (u x).
    assert (H := exp_pos x). assert (H1 : exp x < 1) by (rewrite <- exp_0; apply exp_increasing, Hx).
    replace (x * ((u x ^ 2 - 1) / (u x ^ 2 + 1))) with (- (- x * ((u x ^ 2 - 1) * / (u x ^ 2 + 1)))) by (field; nra). rewrite Rabs_Ropp.
    assert (H2 : u x ^ 2 - 1 = exp x * (2 + exp x)) by (unfold u; ring). rewrite H2.
    assert (H3 : 0 < / (u x ^ 2 + 1) <= 1) by (split; [apply Rinv_0_lt_compat; nra|rewrite <- Rinv_1; apply Rinv_le_contravar; nra]).
    set (r := / (u x ^ 2 + 1)) in *. assert (H4 : 0 <= exp x * (2 + exp x) * r <= 3 * exp x).
    { assert (H5 : 0 < exp x * (2 + exp x) <= 3 * exp x) by (split; nra). split; nra. }
    rewrite Rabs_pos_eq by (apply Rmult_le_pos; lra). replace (3 * (- x * exp x)) with (- x * (3 * exp x)) by ring. apply Rmult_le_compat_l; lra.
Qed.

(* ---------- the Gaussian integral, and gelu ---------- *)
(* equations that Coquelicot states in the module R *)
Ltac real_ring := match goal with |- ?a = ?b => change (@eq R a b) end; unfold Rdiv; ring.
Definition bell (t : R) : R := exp (- t² / 2).
Definition area (x : R) : R := RInt bell 0 x.
Lemma bell_positive t : 0 < bell t.
Proof. apply exp_pos. Qed.
Lemma bell_d t : is_derive bell t (- t * bell t).
Proof. unfold bell, Rsqr. auto_derive; [exact I|]. unfold Rdiv. field. Qed.
Lemma bell_continuous t : continuous bell t.
Proof. apply (ex_derive_continuous bell). eexists. apply bell_d. Qed.
Lemma bell_integrable a b : ex_RInt bell a b.
Proof. apply (ex_RInt_continuous bell). intros t _. apply bell_continuous. Qed.
Lemma area_d x : is_derive area x (bell x).
Proof.
  apply (is_derive_RInt bell area 0 x); [|apply bell_continuous]. exists (mkposreal 1 Rlt_0_1). intros y _. apply (RInt_correct bell), bell_integrable.
Qed.
Lemma area_0 : area 0 = 0.
Proof. apply (RInt_point 0 bell). Qed.

Definition slice (x t : R) : R := 2 * exp (- (x * x * (1 + t * t)) / 2) / (1 + t * t).
Definition rest (x : R) : R := RInt (slice x) 0 1.
Lemma one_square_positive t : 0 < 1 + t * t.
Proof. nra. Qed.
Lemma slice_d x t : is_derive (fun u => slice u t) x (- 2 * x * exp (- (x * x * (1 + t * t)) / 2)).
Proof. unfold slice. auto_derive; [exact I|]. unfold Rdiv. field. generalize (one_square_positive t). lra. Qed.
Lemma slice_continuous x t : continuous (slice x) t.
Proof.
  apply (ex_derive_continuous (slice x)). unfold slice. auto_derive. generalize (one_square_positive t). lra.
Qed.
Lemma slice_integrable x : ex_RInt (slice x) 0 1.
Proof. apply (ex_RInt_continuous (slice x)). intros t _. apply slice_continuous. Qed.
Lemma rest_d x : is_derive rest x (- 2 * bell x * area x).
Proof.
  assert (HD : forall u v, Derive (fun z => slice z v) u = - 2 * u * exp (- (u * u * (1 + v * v)) / 2)) by (intros u v; apply is_derive_unique, slice_d).
  assert (H : is_derive rest x (RInt (fun t => Derive (fun u => slice u t) x) 0 1)).
  { apply (is_derive_RInt_param slice 0 1 x).
    - exists (mkposreal 1 Rlt_0_1). intros y _ t _. eexists. apply slice_d.
    - intros t _. apply (continuity_2d_pt_ext (fun u v => (- 2 * u) * exp (- (u * u * (1 + v * v)) / 2))); [intros u v; symmetry; apply HD|].
      apply (continuity_2d_pt_mult (fun u _ => - 2 * u) (fun u v => exp (- (u * u * (1 + v * v)) / 2))).
      + apply (continuity_2d_pt_mult (fun _ _ => - 2) (fun u _ => u)); [apply continuity_2d_pt_const|apply continuity_2d_pt_id1].
      + apply (continuity_1d_2d_pt_comp exp (fun u v => - (u * u * (1 + v * v)) / 2)); [apply derivable_continuous_pt, derivable_pt_exp|].
        apply (continuity_2d_pt_mult (fun u v => - (u * u * (1 + v * v))) (fun _ _ => / 2)); [|apply continuity_2d_pt_const].
        apply (continuity_2d_pt_opp (fun u v => u * u * (1 + v * v))).
        apply (continuity_2d_pt_mult (fun u _ => u * u) (fun _ v => 1 + v * v)).
        * apply (continuity_2d_pt_mult (fun u _ => u) (fun u _ => u)); apply continuity_2d_pt_id1.
        * apply (continuity_2d_pt_plus (fun _ _ => 1) (fun _ v => v * v)); [apply continuity_2d_pt_const|].
          apply (continuity_2d_pt_mult (fun _ v => v) (fun _ v => v)); apply continuity_2d_pt_id2.
    - exists (mkposreal 1 Rlt_0_1). intros y _. apply slice_integrable. }
  replace (- 2 * bell x * area x) with (RInt (fun t => Derive (fun u => slice u t) x) 0 1); [exact H|].
  rewrite (RInt_ext _ (fun t => scal (- 2 * bell x) (scal x (bell (x * t + 0))))).
  - rewrite (RInt_scal (fun t => scal x (bell (x * t + 0)))).
    + assert (e : RInt (V := R_CompleteNormedModule) (fun t => scal x (bell (x * t + 0))) 0 1 = area x).
      { transitivity (RInt (V := R_CompleteNormedModule) bell (x * 0 + 0) (x * 1 + 0)).
        - apply (RInt_comp_lin (V := R_CompleteNormedModule) bell x 0 0 1), bell_integrable.
        - unfold area. f_equal; ring. }
      exact (f_equal (fun r => - 2 * bell x * r) e).
    + apply (ex_RInt_continuous (fun t => scal x (bell (x * t + 0)))). intros t _.
      apply (ex_derive_continuous (fun t => x * bell (x * t + 0))). unfold bell, Rsqr. auto_derive. exact I.
  - intros t _. rewrite HD. unfold scal; simpl; unfold mult; simpl. unfold bell, Rsqr.
    replace (- (x * x * (1 + t * t)) / 2) with (- (x * x) / 2 + - ((x * t + 0) * (x * t + 0)) / 2) by field. rewrite exp_plus. ring.
Qed.
Lemma rest_0 : rest 0 = PI / 2.
Proof.
  unfold rest. rewrite (RInt_ext _ (fun t => 2 * / (1 + t * t))).
  - replace (PI / 2) with (minus (2 * atan 1) (2 * atan 0)).
    + apply is_RInt_unique. apply (is_RInt_derive (fun t => 2 * atan t) (fun t => 2 * / (1 + t * t))).
      * intros t _. auto_derive; [exact I|]. unfold Rsqr. generalize (one_square_positive t). intros. field. lra.
      * intros t _. apply (ex_derive_continuous (fun t => 2 * / (1 + t * t))). auto_derive. generalize (one_square_positive t). lra.
    + change (2 * atan 1 + - (2 * atan 0) = PI / 2). rewrite atan_0, Ratan.atan_1. field.
  - intros t _. unfold slice. apply (eq_trans (y := 2 * exp 0 / (1 + t * t))); [do 3 f_equal; field|].
    rewrite exp_0. field. generalize (one_square_positive t). lra.
Qed.
Lemma rest_range x : 0 <= rest x <= 2 * bell x.
Proof.
  assert (Hb : forall t, 0 <= slice x t <= 2 * bell x).
  { intros t. unfold slice. assert (H := one_square_positive t). assert (H1 : 0 < / (1 + t * t) <= 1)
      by (split; [apply Rinv_0_lt_compat, H|rewrite <- Rinv_1; apply Rinv_le_contravar; nra]).
    assert (H2 : exp (- (x * x * (1 + t * t)) / 2) <= bell x).
    { unfold bell, Rsqr. destruct (Req_dec (x * x * (t * t)) 0) as [e|ne].
      - right. f_equal. assert (e2 : x * x * (1 + t * t) = x * x) by lra. rewrite e2. field.
      - left. apply exp_increasing. assert (0 <= x * x * (t * t)) by (apply Rmult_le_pos; apply Rle_0_sqr). nra. }
    assert (H3 := exp_pos (- (x * x * (1 + t * t)) / 2)). unfold Rdiv at 1 3. split; [apply Rmult_le_pos; lra|].
    set (w := exp (- (x * x * (1 + t * t)) / 2)) in *. set (r := / (1 + t * t)) in *. nra. }
  split.
  - apply (RInt_ge_0 (slice x)); [lra|apply slice_integrable|]. intros t _. apply Hb.
  - replace (2 * bell x) with (RInt (fun _ => 2 * bell x) 0 1).
    + apply (RInt_le (slice x) (fun _ => 2 * bell x)); [lra|apply slice_integrable|apply (ex_RInt_const (V := R_NormedModule))|]. intros t _. apply Hb.
    + rewrite (RInt_const (V := R_CompleteNormedModule)). unfold scal; simpl; unfold mult; simpl. ring.
Qed.
(* half of the Gaussian integral is sqrt (2 PI) / 2 *)
Theorem gauss_half x : area x * area x + rest x = PI / 2.
Proof.
  rewrite <- rest_0. replace (rest 0) with (area 0 * area 0 + rest 0) by (rewrite area_0; ring).
  assert (Hd : forall t, is_derive (fun t => area t * area t + rest t) t 0).
  { intros t. assert (H : is_derive (fun t => area t * area t + rest t) t ((bell t * area t + area t * bell t) + (- 2 * bell t * area t))).
    { apply (is_derive_plus (fun t => area t * area t) rest); [|apply rest_d].
      apply (is_derive_mult area area t (bell t) (bell t) (area_d t) (area_d t)). intros a c. apply Rmult_comm. }
    replace 0 with (bell t * area t + area t * bell t + - 2 * bell t * area t) by ring. exact H. }
  destruct (MVT_gen (fun t => area t * area t + rest t) 0 x (fun _ => 0)) as [c [_ e]].
  - intros t _. apply Hd.
  - intros t _. apply derivable_continuous_pt. exists 0. apply is_derive_Reals, Hd.
  - lra.
Qed.

(* the normal distribution *)
Definition normal (x : R) : R := 1 / 2 + area x / sqrt (2 * PI).
Lemma root_positive : 0 < sqrt (2 * PI).
Proof. apply sqrt_lt_R0. generalize PI_RGT_0. lra. Qed.
Lemma normal_d x : is_derive normal x (bell x / sqrt (2 * PI)).
Proof.
  assert (H := root_positive). unfold normal. apply (is_derive_ext (fun x => 1 / 2 + / sqrt (2 * PI) * area x)); [intros; real_ring|].
  replace (bell x / sqrt (2 * PI)) with (0 + / sqrt (2 * PI) * bell x) by (field; lra).
  apply (is_derive_plus (fun _ => 1 / 2) (fun x => / sqrt (2 * PI) * area x)); [apply (is_derive_const (V := R_NormedModule))|].
  apply (is_derive_scal area x (/ sqrt (2 * PI)) (bell x) (area_d x)).
Qed.
Lemma area_sign x : (0 <= x -> 0 <= area x) /\ (x <= 0 -> area x <= 0).
Proof.
  destruct (MVT_gen area 0 x bell) as [c [Hc e]].
  - intros t _. apply area_d.
  - intros t _. apply derivable_continuous_pt. exists (bell t). apply is_derive_Reals, area_d.
  - rewrite area_0 in e. assert (H := bell_positive c). split; intros Hx; nra.
Qed.
Lemma normal_left x : x <= 0 -> 0 <= normal x <= bell x.
Proof.
  intros Hx. set (c := sqrt (2 * PI) / 2). assert (Hr := root_positive). assert (Hpi := PI2_1).
  assert (Hcc : c * c = PI / 2).
  { unfold c. replace (sqrt (2 * PI) / 2 * (sqrt (2 * PI) / 2)) with (sqrt (2 * PI) * sqrt (2 * PI) / 4) by field.
    rewrite sqrt_sqrt by lra. field. }
  assert (Hc : 0 < c) by (unfold c; lra). assert (Hg := gauss_half x). assert (Ha := proj2 (area_sign x) Hx). destruct (rest_range x) as [R0 R1].
  (* (c + area) (c - area) = rest *)
  assert (Hprod : (c + area x) * (c - area x) = rest x) by (rewrite <- Hcc in Hg; lra).
  assert (Hca : 0 <= c + area x) by nra.
  assert (Hle : (c + area x) * c <= rest x) by nra.
  assert (e : normal x = (c + area x) / (2 * c)) by (unfold normal, c; field; lra).
  rewrite e. split; [apply Rdiv_le_0_compat; lra|].
  apply (Rmult_le_reg_r (2 * c * c)); [nra|]. replace ((c + area x) / (2 * c) * (2 * c * c)) with ((c + area x) * c) by (field; lra).
  assert (Hb := bell_positive x). rewrite Rmult_assoc, Hcc. nra.
Qed.
Lemma bell_left x : bell x <= exp (/ 2) * exp x.
Proof.
  rewrite <- exp_plus. unfold bell, Rsqr. destruct (Req_dec (- (x * x) / 2) (/ 2 + x)) as [->|ne]; [lra|].
  left. apply exp_increasing. assert (H := Rle_0_sqr (x + 1)). unfold Rsqr in H. lra.
Qed.

Definition gelu (t : R) : R := t * (1 / 2 + RInt (V := R_CompleteNormedModule) (fun u => exp (- u² / 2)) 0 t / sqrt (2 * PI)).
Definition gelu_slope (x : R) : R := normal x + x * (bell x / sqrt (2 * PI)).
Lemma gelu_d x : derivable_pt_lim gelu x (gelu_slope x).
Proof.
  apply is_derive_Reals. change (is_derive (fun t => t * normal t) x (gelu_slope x)).
  replace (gelu_slope x) with (1 * normal x + x * (bell x / sqrt (2 * PI))) by (unfold gelu_slope; ring).
  apply (is_derive_mult (fun t => t) normal x 1 (bell x / sqrt (2 * PI))); [apply (is_derive_id (K := R_AbsRing))|apply normal_d|intros a c; apply Rmult_comm].
Qed.
Lemma gelu_slope_d x : derivable_pt_lim gelu_slope x ((2 - x * x) * (bell x / sqrt (2 * PI))).
Proof.
  assert (H := root_positive). apply is_derive_Reals. unfold gelu_slope.
  replace ((2 - x * x) * (bell x / sqrt (2 * PI))) with (bell x / sqrt (2 * PI) + (1 * (bell x / sqrt (2 * PI)) + x * (- x * bell x / sqrt (2 * PI))))
    by (field; lra).
  apply (is_derive_plus normal (fun x => x * (bell x / sqrt (2 * PI)))); [apply normal_d|].
  apply (is_derive_mult (fun t => t) (fun t => bell t / sqrt (2 * PI)) x 1); [apply (is_derive_id (K := R_AbsRing))| |intros a c; apply Rmult_comm].
  apply (is_derive_ext (fun x => / sqrt (2 * PI) * bell x)); [intros; real_ring|].
  replace (- x * bell x / sqrt (2 * PI)) with (/ sqrt (2 * PI) * (- x * bell x)) by (field; lra).
  apply (is_derive_scal bell x (/ sqrt (2 * PI)) (- x * bell x) (bell_d x)).
Qed.
(* Left of - sqrt 2 the slope falls, from 0, its limit at minus infinity. *)
Lemma gelu_slope_left x : x <= - sqrt 2 -> gelu_slope x < 0.
Proof.
  intros Hx. set (k := sqrt (2 * PI)). assert (Hk : 0 < k) by apply root_positive.
  assert (H2 : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra). assert (Hs := sqrt_lt_R0 2 ltac:(lra)).
  assert (Hfall : forall a c, a < c -> c <= - sqrt 2 -> gelu_slope c < gelu_slope a).
  { intros a c Hac Hc. destruct (MVT_cor2 gelu_slope (fun x => (2 - x * x) * (bell x / k)) a c Hac) as [t [e Ht]]; [intros t _; apply gelu_slope_d|].
    assert (Hb : 0 < bell t / k) by (apply Rdiv_lt_0_compat; [apply bell_positive|exact Hk]). assert (2 - t * t < 0) by nra.
    assert ((2 - t * t) * (bell t / k) < 0) by nra. nra. }
  destruct (Rlt_le_dec (gelu_slope x) 0) as [|Hge]; [assumption|exfalso].
  assert (H1 := Hfall (x - 1) x ltac:(lra) Hx). set (d := gelu_slope (x - 1)) in *. assert (Hd : 0 < d) by lra.
  set (y := Rmin (x - 2) (ln d - 1)). assert (Y1 : y <= x - 2) by apply Rmin_l. assert (Y2 : y <= ln d - 1) by apply Rmin_r.
  assert (H3 := Hfall y (x - 1) ltac:(lra) ltac:(lra)). fold d in H3.
  assert (H4 := proj2 (normal_left y ltac:(lra))). assert (H5 := bell_left y). rewrite <- exp_plus in H5.
  assert (H6 : exp (/ 2 + y) < d) by (rewrite <- (exp_ln d Hd); apply exp_increasing; lra).
  assert (H7 : 0 < bell y / k) by (apply Rdiv_lt_0_compat; [apply bell_positive|exact Hk]).
  assert (H8 : gelu_slope y <= normal y) by (unfold gelu_slope; fold k; nra). lra.
Qed.
Theorem gelu_dip : dip gelu.
Proof.
  set (k := sqrt (2 * PI)). assert (Hk : 0 < k) by apply root_positive.
  assert (H2 : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra). assert (Hs := sqrt_lt_R0 2 ltac:(lra)).
  assert (Hc : continuity gelu_slope) by apply (limit_continuity _ _ gelu_slope_d).
  assert (H0 : 0 < gelu_slope 0) by (unfold gelu_slope, normal; rewrite area_0; unfold Rdiv; lra).
  destruct (IVT gelu_slope (- sqrt 2) 0 Hc ltac:(lra) (gelu_slope_left _ (Rle_refl _)) H0) as [z0 [Hz Hz0]].
  assert (Hrise : forall a c, - sqrt 2 <= a -> a < c -> c <= 0 -> gelu_slope a < gelu_slope c).
  { intros a c Ha Hac Hc0. destruct (MVT_cor2 gelu_slope (fun x => (2 - x * x) * (bell x / k)) a c Hac) as [t [e Ht]]; [intros t _; apply gelu_slope_d|].
    assert (Hb : 0 < bell t / k) by (apply Rdiv_lt_0_compat; [apply bell_positive|exact Hk]). assert (0 < 2 - t * t) by nra.
    assert (0 < (2 - t * t) * (bell t / k)) by (apply Rmult_lt_0_compat; assumption). nra. }
  apply (dip_by_slope gelu gelu_slope z0 gelu_d).
  - intros t Ht. destruct (Rle_lt_dec t (- sqrt 2)) as [Hle|Hlt]; [apply gelu_slope_left, Hle|]. rewrite <- Hz0. apply Hrise; lra.
  - intros t Ht. destruct (Rle_lt_dec t 0) as [Hle|Hlt]; [rewrite <- Hz0; apply Hrise; lra|].
    unfold gelu_slope, normal. fold k. assert (H3 := proj1 (area_sign t) ltac:(lra)).
    assert (0 <= area t / k) by (apply Rdiv_le_0_compat; assumption).
    assert (0 < bell t / k) by (apply Rdiv_lt_0_compat; [apply bell_positive|exact Hk]). nra.
  - apply (small_by_exp gelu (exp (/ 2))); [apply exp_pos|]. intros x Hx. change (gelu x) with (x * normal x).
    destruct (normal_left x ltac:(lra)) as [N0 N1]. assert (H3 := bell_left x).
    replace (x * normal x) with (- (- x * normal x)) by ring. rewrite Rabs_Ropp, Rabs_pos_eq by (apply Rmult_le_pos; lra).
    replace (exp (/ 2) * (- x * exp x)) with (- x * (exp (/ 2) * exp x)) by ring. apply Rmult_le_compat_l; lra.
Qed.
Theorem swish_shrinks_locally : shrinks_locally swish.
Proof. apply dip_shrinks_locally; [apply (limit_continuity _ _ swish_d1)|apply swish_dip]. Qed.
Theorem mish_shrinks_locally : shrinks_locally mish.
Proof. apply dip_shrinks_locally; [apply (limit_continuity _ _ mish_d1)|apply mish_dip]. Qed.
Theorem gelu_shrinks_locally : shrinks_locally gelu.
Proof. apply dip_shrinks_locally; [apply (limit_continuity _ _ gelu_d)|apply gelu_dip]. Qed.
