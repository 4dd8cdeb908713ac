(* Rule 3.3: a basin by its rim (docs/theorems/rim.md), covers, and the bounds by a plane of order 1 and 2.

   Modelling.  The box is given by its centre c and radii rho (`box` of Compactness.v), over all P coordinates.  E is any function
   that is continuous on the box; that losses of networks with continuous activations are is `cont_net` (Compactness.v), used in
   `rim_network`.  Distances: `basin` uses the maximum norm; the distance of S from c is bounded in the Euclidean norm as in the rule. *)
Require Import Reals Lra Lia PeanoNat List Bool Classical.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Compactness Potentials.
Import ListNotations.
Open Scope R_scope.

(* the minimisers of E over K *)
Definition minimisers (K : vec -> Prop) (E : vec -> R) (x : vec) : Prop := K x /\ forall y, K y -> E x <= E y.

Section Rim.
Variables (P : nat) (E : vec -> R) (c rho : vec).
Let B := box P c rho.
Let S := minimisers B E.
Hypothesis rho_pos : forall k, (k < P)%nat -> 0 < rho k.
Hypothesis E_continuous : forall x, B x -> continuous_on P B E x.
Hypothesis rim : forall x, B x -> (exists k, (k < P)%nat /\ Rabs (x k - c k) = rho k) -> E c < E x.

Lemma centre_in : B c.
Proof. intros k Hk. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. left. apply rho_pos, Hk. Qed.
Lemma minimisers_exist : exists x, S x.
Proof. apply (minimum_exists P B E); [apply box_compact|exists c; apply centre_in|exact E_continuous]. Qed.
Lemma minimisers_inside x : S x -> forall k, (k < P)%nat -> Rabs (x k - c k) < rho k.
Proof.
  intros [Bx Hm] k Hk. destruct (Bx k Hk) as [|Heq]; [assumption|exfalso].
  assert (Hr := rim x Bx (ex_intro _ k (conj Hk Heq))). generalize (Hm c centre_in). lra.
Qed.
Lemma minimisers_compact : compact P S.
Proof.
  destruct minimisers_exist as [m [Bm Hm]]. intros I U HU Hcov.
  destruct (sublevel_compact P B E (E m) (box_compact P c rho) E_continuous I U HU) as [l Hl].
  - intros x [Bx Hx]. apply Hcov. split; [exact Bx|]. intros y By. generalize (Hm y By). lra.
  - exists l. intros x [Bx Hx]. apply Hl. split; [exact Bx|apply Hx, Bm].
Qed.
Lemma minimisers_saturated : saturated P S.
Proof.
  intros x y Hxy [Bx Hm].
  assert (By : B y) by (intros k Hk; rewrite <- (Hxy k Hk); apply Bx, Hk).
  split; [exact By|]. rewrite <- (continuous_ext P B E x y By (E_continuous x Bx) Hxy). exact Hm.
Qed.
(* S keeps a distance from the boundary *)
Lemma margin : exists d, 0 < d /\ forall x, S x -> forall k, (k < P)%nat -> Rabs (x k - c k) + d <= rho k.
Proof.
  destruct (minimisers_compact nat (fun n x => forall k, (k < P)%nat -> Rabs (x k - c k) < rho k - / (INR n + 1))) as [l Hl].
  - intros n x Hx.
    assert (He : exists e, 0 < e /\ forall k, (k < P)%nat -> Rabs (x k - c k) + e <= rho k - / (INR n + 1)).
    { revert Hx. generalize (/ (INR n + 1)). intros u. generalize P. clear. intros n0 Hx. induction n0 as [|n0 IH].
      - exists 1. split; [lra|intros; lia].
      - destruct IH as [e [He Hk]]; [intros; apply Hx; lia|]. assert (HP := Hx n0 ltac:(lia)).
        exists (Rmin e (rho n0 - u - Rabs (x n0 - c n0))). split; [apply Rmin_glb_lt; lra|].
        intros k Hkk. destruct (Nat.eq_dec k n0) as [->|ne].
        + generalize (Rmin_r e (rho n0 - u - Rabs (x n0 - c n0))). lra.
        + generalize (Rmin_l e (rho n0 - u - Rabs (x n0 - c n0))) (Hk k ltac:(lia)). lra. }
    destruct He as [e [He Hk]]. exists e. split; [exact He|]. intros y Hy k Hkk.
    replace (y k - c k) with ((y k - x k) + (x k - c k)) by ring.
    eapply Rle_lt_trans; [apply Rabs_triang|]. specialize (Hy k Hkk). rewrite Rabs_minus_sym in Hy. generalize (Hk k Hkk). lra.
  - intros x Sx.
    assert (He : exists e, 0 < e /\ forall k, (k < P)%nat -> Rabs (x k - c k) + e <= rho k).
    { generalize (minimisers_inside x Sx). generalize P. clear. intros n0 Hx. induction n0 as [|n0 IH].
      - exists 1. split; [lra|intros; lia].
      - destruct IH as [e [He Hk]]; [intros; apply Hx; lia|]. assert (HP := Hx n0 ltac:(lia)).
        exists (Rmin e (rho n0 - Rabs (x n0 - c n0))). split; [apply Rmin_glb_lt; lra|].
        intros k Hkk. destruct (Nat.eq_dec k n0) as [->|ne].
        + generalize (Rmin_r e (rho n0 - Rabs (x n0 - c n0))). lra.
        + generalize (Rmin_l e (rho n0 - Rabs (x n0 - c n0))) (Hk k ltac:(lia)). lra. }
    destruct He as [e [He Hk]]. destruct (INR_unbounded (/ e)) as [n Hn]. exists n. intros k Hkk.
    assert (/ (INR n + 1) < e); [|generalize (Hk k Hkk); lra].
    assert (0 < / e) by (apply Rinv_0_lt_compat, He). rewrite <- (Rinv_inv e).
    apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra|lra].
  - assert (He : exists d, 0 < d /\ forall n, In n l -> d <= / (INR n + 1)).
    { clear. induction l as [|a l [d [Hd Hl]]]; [exists 1; split; [lra|intros n []]|].
      exists (Rmin d (/ (INR a + 1))). split.
      - apply Rmin_glb_lt; [exact Hd|]. apply Rinv_0_lt_compat. generalize (pos_INR a). lra.
      - intros n [<-|Hn]; [apply Rmin_r|]. eapply Rle_trans; [apply Rmin_l|apply Hl, Hn]. }
    destruct He as [d [Hd Hin]]. exists d. split; [exact Hd|]. intros x Sx k Hk.
    destruct (Hl x Sx) as [n [Hn Hx]]. generalize (Hin n Hn) (Hx k Hk). lra.
Qed.

Lemma near_minimiser : exists d, 0 < d /\ forall x y, S x -> close P d x y -> B y.
Proof.
  destruct margin as [d [Hd H]]. exists d. split; [exact Hd|]. intros x y Sx Hc k Hk.
  replace (y k - c k) with ((y k - x k) + (x k - c k)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. specialize (Hc k Hk). rewrite Rabs_minus_sym in Hc. generalize (H x Sx k Hk). lra.
Qed.

(* RULE 3.3.  If E is continuous on the box B, of positive radii in all P coordinates, and above E(c) on its boundary, the minimisers of
   E over B form a basin; they are off the boundary, local minima of E, within half the diagonal of c; their value is at most E(c), and
   any lower bound of E on B bounds it from below.  Kernel: `rim`. *)
Theorem basin_by_rim : basin P E S /\
  (forall x, S x -> forall k, (k < P)%nat -> Rabs (x k - c k) < rho k) /\
  (forall x, S x -> local_min P E x) /\
  (forall x, S x -> sum P (fun k => (x k - c k) ^ 2) <= sum P (fun k => rho k ^ 2)) /\
  (forall x, S x -> E x <= E c) /\
  (forall low, (forall x, B x -> low <= E x) -> forall x, S x -> low <= E x).
Proof.
  destruct near_minimiser as [d [Hd Hnear]]. split; [split; [|split; [|split]]|split; [|split; [|split; [|split]]]].
  - apply minimisers_exist.
  - apply minimisers_saturated.
  - apply minimisers_compact.
  - exists d. split; [exact Hd|]. intros x y Sx Hy [z [Sz Hz]].
    assert (By : B y) by (apply (Hnear z y Sz), Hz).
    destruct (Rlt_le_dec (E x) (E y)) as [|Hle]; [assumption|exfalso]. apply Hy. split; [exact By|].
    intros u Bu. generalize (proj2 Sx u Bu). lra.
  - apply minimisers_inside.
  - intros x Sx. exists d. split; [exact Hd|]. intros y Hy. apply (proj2 Sx), (Hnear x y Sx), Hy.
  - intros x Sx. apply sum_le. intros k Hk. rewrite <- (pow2_abs (x k - c k)). apply pow_incr.
    split; [apply Rabs_pos|apply (proj1 Sx), Hk].
  - intros x Sx. apply (proj2 Sx), centre_in.
  - intros low Hlow x Sx. apply Hlow, (proj1 Sx).
Qed.

(* 3.2 after 3.3: a point below a lower bound of E on B makes the basin a bad one *)
Theorem rim_suboptimal low u : (forall x, B x -> low <= E x) -> E u < low -> suboptimal E S.
Proof. intros Hlow Hu. exists u. intros x Sx. generalize (Hlow x (proj1 Sx)). lra. Qed.
End Rim.

(* ---------- networks ---------- *)
(* continuous sample losses, as functions of the q outputs *)
Lemma cont_outputs P q (x : vec) (l : (nat -> R) -> R) (f : vec -> nat -> R) : continuous_at q l (f x) ->
  (forall c, (c < q)%nat -> continuous_at P (fun y => f y c) x) -> continuous_at P (fun y => l (f y)) x.
Proof.
  intros Hl Hf e He. destruct (Hl e He) as [d [Hd H]].
  destruct (uniform_eps q (fun c r => forall y, close P r x y -> Rabs (f x c - f y c) < d)) as [r [Hr Hall]].
  - intros c r r' HA Hr y Hy. apply HA. eapply close_le; [apply Hr|exact Hy].
  - intros c Hc. destruct (Hf c Hc d Hd) as [r [Hr Hy]]. exists r. split; [exact Hr|]. intros y. apply Hy, I.
  - exists r. split; [exact Hr|]. intros y _ Hy. apply H; [exact I|]. intros c Hc. apply Hall; assumption.
Qed.
Lemma cont_loss n ls q b N X l x : continuous_layers ls -> (forall i u, (i < N)%nat -> continuous_at q (l i) u) ->
  continuous_at (params n ls q b) (loss n ls q b X (samples N l)) x.
Proof.
  intros Hs Hl. apply (cont_sum _ x N (fun i y => l i (fun c => net n ls q b y (X i) c))). intros i Hi.
  apply (cont_outputs _ q x (l i) (fun y c => net n ls q b y (X i) c)); [apply Hl, Hi|].
  intros c Hc. apply cont_net; [exact Hs|apply le_n|exact Hc].
Qed.
Lemma hse_continuous q y u : continuous_at q (hse q y) u.
Proof.
  apply (cont_ext q u (fun u => / 2 * sum q (fun c => (u c + - y c) * (u c + - y c)))).
  - intros v. unfold hse, Rdiv. rewrite Rmult_comm. f_equal. apply sum_ext. intros. ring.
  - apply cont_scal, (cont_sum q u q (fun c v => (v c + - y c) * (v c + - y c))). intros c Hc. apply cont_square.
    apply (cont_plus q u (fun v => v c)); [apply cont_coord, Hc|apply cont_const].
Qed.

(* rule 3.3 for networks of any depth with continuous activations, kinks or not, and continuous sample losses (half the squared error:
   `hse_continuous`) *)
Theorem rim_network n ls q b N X l c rho : let P := params n ls q b in let E := loss n ls q b X (samples N l) in
  continuous_layers ls -> (forall i u, (i < N)%nat -> continuous_at q (l i) u) -> (forall k, (k < P)%nat -> 0 < rho k) ->
  (forall x, box P c rho x -> (exists k, (k < P)%nat /\ Rabs (x k - c k) = rho k) -> E c < E x) ->
  basin P E (minimisers (box P c rho) E).
Proof.
  intros P E Hs Hl Hr Hrim. apply basin_by_rim; [exact Hr| |exact Hrim].
  intros x _. apply continuous_at_on, cont_loss; assumption.
Qed.

(* ---------- covers ---------- *)
(* A tree of cuts: a leaf ends with a bound on the box at hand; `Cut k p` cuts it along coordinate k at p, first the part up to p.
   Boxes are given by their ends here; p may lie anywhere. *)
Inductive tree := Leaf (bound : R) | Cut (k : nat) (p : R) (first second : tree).
Definition between (P : nat) (lo hi : vec) (x : vec) : Prop := forall k, (k < P)%nat -> lo k <= x k <= hi k.
Definition put (x : vec) (k : nat) (p : R) : vec := fun j => if (j =? k)%nat then p else x j.
Fixpoint sound (P : nat) (E : vec -> R) (t : tree) (lo hi : vec) : Prop := match t with
  | Leaf bound => forall x, between P lo hi x -> bound <= E x
  | Cut k p t1 t2 => sound P E t1 lo (put hi k p) /\ sound P E t2 (put lo k p) hi
  end.
Fixpoint least (t : tree) : R := match t with Leaf bound => bound | Cut _ _ t1 t2 => Rmin (least t1) (least t2) end.

(* 3.3, Covers: the least bound at the leaves is a lower bound on the whole box.  Kernel: `least`. *)
Theorem cover_bound P E t : forall lo hi, sound P E t lo hi -> forall x, between P lo hi x -> least t <= E x.
Proof.
  induction t as [bound|k p t1 IH1 t2 IH2]; intros lo hi H x Hx; simpl in *; [apply H, Hx|]. destruct H as [H1 H2].
  destruct (Rle_lt_dec (x k) p) as [Hle|Hlt].
  - eapply Rle_trans; [apply Rmin_l|]. apply (IH1 _ _ H1). intros j Hj. unfold put. generalize (Hx j Hj).
    destruct (Nat.eqb_spec j k) as [->|ne]; lra.
  - eapply Rle_trans; [apply Rmin_r|]. apply (IH2 _ _ H2). intros j Hj. unfold put. generalize (Hx j Hj).
    destruct (Nat.eqb_spec j k) as [->|ne]; lra.
Qed.
Lemma between_box P c rho x : between P (fun k => c k - rho k) (fun k => c k + rho k) x <-> box P c rho x.
Proof.
  split; intros H k Hk; specialize (H k Hk).
  - apply Rabs_le. lra.
  - apply Rabs_le_between in H. lra.
Qed.
(* the rim is shown by a cover of each of the 2P faces, with least bounds above E(c) *)
Theorem rim_by_covers P E c rho (lower upper : nat -> tree) :
  (forall k, (k < P)%nat -> sound P E (lower k) (fun j => c j - rho j) (put (fun j => c j + rho j) k (c k - rho k)) /\
     sound P E (upper k) (put (fun j => c j - rho j) k (c k + rho k)) (fun j => c j + rho j) /\
     E c < least (lower k) /\ E c < least (upper k)) ->
  forall x, box P c rho x -> (exists k, (k < P)%nat /\ Rabs (x k - c k) = rho k) -> E c < E x.
Proof.
  intros H x Hx [k [Hk He]]. destruct (H k Hk) as [Hl [Hu [Bl Bu]]]. apply between_box in Hx.
  destruct (Rcase_abs (x k - c k)) as [Hn|Hp].
  - rewrite Rabs_left in He by exact Hn. eapply Rlt_le_trans; [exact Bl|]. apply (cover_bound P E _ _ _ Hl).
    intros j Hj. unfold put. generalize (Hx j Hj). destruct (Nat.eqb_spec j k) as [->|ne]; lra.
  - rewrite Rabs_right in He by exact Hp. eapply Rlt_le_trans; [exact Bu|]. apply (cover_bound P E _ _ _ Hu).
    intros j Hj. unfold put. generalize (Hx j Hj). destruct (Nat.eqb_spec j k) as [->|ne]; lra.
Qed.

(* ---------- the bound by a plane ---------- *)
Definition least4 (a a' b b' : R) : R := Rmin (Rmin (a * b) (a * b')) (Rmin (a' * b) (a' * b')).
Lemma scaled_below a a' x y : a <= x <= a' -> Rmin (a * y) (a' * y) <= x * y.
Proof.
  intros Hx. destruct (Rle_lt_dec 0 y).
  - eapply Rle_trans; [apply Rmin_l|]. apply Rmult_le_compat_r; lra.
  - eapply Rle_trans; [apply Rmin_r|]. nra.
Qed.
Lemma least4_below a a' b b' x y : a <= x <= a' -> b <= y <= b' -> least4 a a' b b' <= x * y.
Proof.
  intros Hx Hy. eapply Rle_trans; [|apply (scaled_below a a' x y Hx)]. unfold least4.
  assert (H : forall c, Rmin (c * b) (c * b') <= c * y).
  { intros c. rewrite !(Rmult_comm c). apply scaled_below, Hy. }
  apply Rmin_glb; [eapply Rle_trans; [apply Rmin_l|apply H]|eapply Rle_trans; [apply Rmin_r|apply H]].
Qed.

(* Order 1.  l_i convex with subgradients g_i at the outputs f_i(p); h = sum_i g_i . f_i has slopes: for every x in Q,
   h(x) - h(p) = sum_k sigma_k (x_k - p_k) with sigma_k in [slo_k, shi_k].  Then E(x) >= E(p) + sum_k (least product of an end of sigma_k
   and an end of [lo_k - p_k, hi_k - p_k]).  f is any function of the parameters.  Kernel: `plane`. *)
Theorem plane_bound P q N (f : vec -> nat -> nat -> R) (l : nat -> (nat -> R) -> R) (g : nat -> nat -> R) (p lo hi slo shi : vec) :
  (forall i u, (i < N)%nat -> l i (f p i) + sum q (fun c => g i c * (u c - f p i c)) <= l i u) ->
  (forall x, between P lo hi x -> exists sigma : vec, (forall k, (k < P)%nat -> slo k <= sigma k <= shi k) /\
     sum N (fun i => sum q (fun c => g i c * (f x i c - f p i c))) = sum P (fun k => sigma k * (x k - p k))) ->
  forall x, between P lo hi x ->
  sum N (fun i => l i (f p i)) + sum P (fun k => least4 (slo k) (shi k) (lo k - p k) (hi k - p k)) <= sum N (fun i => l i (f x i)).
Proof.
  intros Hsub Hslope x Hx. destruct (Hslope x Hx) as [sigma [Hs Heq]].
  apply Rle_trans with (sum N (fun i => l i (f p i) + sum q (fun c => g i c * (f x i c - f p i c)))).
  - rewrite (sum_plus N (fun i => l i (f p i))), Heq. apply Rplus_le_compat_l. apply sum_le. intros k Hk.
    apply least4_below; [apply Hs, Hk|]. generalize (Hx k Hk). lra.
  - apply sum_le. intros i Hi. apply Hsub, Hi.
Qed.

(* ---------- slopes of networks ---------- *)
(* The mean of s' between two numbers, over a range that may meet several pieces of s (with kinks between them): if s is continuous on
   [u, v] and has, off finitely many points, a derivative in [m, M], then s(v) - s(u) = mu (v - u) with mu in [m, M]. *)
Lemma mean_slope (s s1 : R -> R) m M (kinks : list R) : m <= M -> forall u v, u <= v ->
  (forall z, u <= z <= v -> continuity_pt s z) ->
  (forall z, u <= z <= v -> ~ In z kinks -> is_derive s z (s1 z) /\ m <= s1 z <= M) ->
  m * (v - u) <= s v - s u <= M * (v - u).
Proof.
  intros HmM. induction kinks as [|k ks IH]; intros u v Huv Hc Hd.
  - destruct (Req_dec u v) as [->|ne]; [lra|].
    destruct (MVT_cor2 s s1 u v ltac:(lra)) as [z [Hz Hin]].
    + intros z Hz. apply is_derive_Reals, Hd; [exact Hz|intros []].
    + rewrite Hz. destruct (Hd z ltac:(lra) ltac:(intros [])) as [_ Hb]. nra.
  - (* away from the kink k, then up to it by continuity *)
    assert (Haway : forall a e, u <= a -> a <= e -> e <= v -> (e < k \/ k < a) -> m * (e - a) <= s e - s a <= M * (e - a)).
    { intros a e Ha Hae He Hk. apply IH; [exact Hae|intros; apply Hc; lra|]. intros z Hz Hni. apply Hd; [lra|].
      intros [<-|Hin]; [lra|contradiction]. }
    assert (Hupto : forall a e, u <= a -> a <= e -> e <= v -> e = k \/ k = a -> m * (e - a) <= s e - s a <= M * (e - a)).
    { intros a e Ha Hae He Hk. destruct (Req_dec a e) as [->|Hne]; [lra|].
      assert (Heps : forall eps, 0 < eps -> m * (e - a) - eps <= s e - s a <= M * (e - a) + eps).
      { intros eps Heps. destruct (Hc k ltac:(lra) (eps / 2) ltac:(lra)) as [d [Hd0 Hcont]].
        set (B := Rabs m + Rabs M + 1). assert (HB : 1 <= B) by (unfold B; generalize (Rabs_pos m) (Rabs_pos M); lra).
        set (h := Rmin (Rmin (d / 2) (eps / (2 * B))) ((e - a) / 2)).
        assert (Hh0 : 0 < h) by (unfold h; repeat apply Rmin_glb_lt; try lra; apply Rdiv_lt_0_compat; lra).
        assert (Hh1 : h <= d / 2) by (unfold h; eapply Rle_trans; [apply Rmin_l|apply Rmin_l]).
        assert (Hh2 : h <= eps / (2 * B)) by (unfold h; eapply Rle_trans; [apply Rmin_l|apply Rmin_r]).
        assert (Hh3 : h <= (e - a) / 2) by apply Rmin_r.
        assert (HhB : h * B <= eps / 2).
        { apply Rle_trans with (eps / (2 * B) * B); [apply Rmult_le_compat_r; lra|]. right. field. lra. }
        assert (Hm : Rabs m <= B) by (unfold B; generalize (Rabs_pos M); lra).
        assert (HM : Rabs M <= B) by (unfold B; generalize (Rabs_pos m); lra).
        apply Rabs_le_between in Hm. apply Rabs_le_between in HM.
        assert (Hnear : forall z, z <> k -> Rabs (z - k) < d -> Rabs (s z - s k) < eps / 2).
        { intros z Hz Hzd. apply (Hcont z). split; [split; [exact I|]|exact Hzd]. intros h'. apply Hz. symmetry. exact h'. }
        destruct Hk as [-> | ->].
        - assert (N := Hnear (k - h) ltac:(lra)). replace (k - h - k) with (- h) in N by ring.
          rewrite Rabs_Ropp, Rabs_right in N by lra. specialize (N ltac:(lra)). apply Rabs_def2 in N.
          assert (A := Haway a (k - h) Ha ltac:(lra) ltac:(lra) ltac:(lra)). nra.
        - assert (N := Hnear (a + h) ltac:(lra)). replace (a + h - a) with h in N by ring.
          rewrite Rabs_right in N by lra. specialize (N ltac:(lra)). apply Rabs_def2 in N.
          assert (A := Haway (a + h) e ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)). nra. }
      split; apply Rnot_lt_le; intros Hlt.
      - generalize (Heps ((m * (e - a) - (s e - s a)) / 2) ltac:(lra)). lra.
      - generalize (Heps ((s e - s a - M * (e - a)) / 2) ltac:(lra)). lra. }
    destruct (Rlt_le_dec k u); [apply Haway; lra|]. destruct (Rlt_le_dec v k); [apply Haway; lra|].
    assert (H1 := Hupto u k ltac:(lra) ltac:(lra) ltac:(lra) ltac:(left; reflexivity)).
    assert (H2 := Hupto k v ltac:(lra) ltac:(lra) ltac:(lra) ltac:(right; reflexivity)). lra.
Qed.
Corollary mean_slope_exists s s1 m M kinks lo hi u v : m <= M -> lo <= u <= hi -> lo <= v <= hi ->
  (forall z, lo <= z <= hi -> continuity_pt s z) ->
  (forall z, lo <= z <= hi -> ~ In z kinks -> is_derive s z (s1 z) /\ m <= s1 z <= M) ->
  exists mu, m <= mu <= M /\ s v - s u = mu * (v - u).
Proof.
  intros HmM Hu Hv Hc Hd.
  assert (H : forall a e, lo <= a -> a < e -> e <= hi -> exists mu, m <= mu <= M /\ s e - s a = mu * (e - a)).
  { intros a e Ha Hae He. exists ((s e - s a) / (e - a)).
    assert (B := mean_slope s s1 m M kinks HmM a e ltac:(lra) ltac:(intros; apply Hc; lra) ltac:(intros; apply Hd; [lra|assumption])).
    split; [|field; lra]. split; apply (Rmult_le_reg_r (e - a)); try lra; unfold Rdiv; rewrite Rmult_assoc, Rinv_l by lra; lra. }
  destruct (Rtotal_order u v) as [Hlt|[->|Hlt]].
  - apply H; lra.
  - exists m. split; [lra|ring].
  - destruct (H v u ltac:(lra) Hlt ltac:(lra)) as [mu [Hmu Heq]]. exists mu. split; [exact Hmu|]. lra.
Qed.

(* The formulas (a) of "Derivatives" for first derivatives, with a mean slope mu in place of every s': features are those at x, the
   weights that carry earlier slopes are those at p.  `dslope` is a dense layer at offset off, `fslope` the hidden layers. *)
Definition dslope (n d : nat) (b : bool) (off : nat) (p : vec) (a : nat -> R) (da : nat -> vec) (u : nat) : vec :=
  fun k => sum n (fun j => e_ (didx off n d j u) k * a j) + (if b then e_ (didx off n d n u) k else 0)
    + sum n (fun j => p (didx off n d j u) * da j k).
Fixpoint fslope (n off : nat) (ls : list layer) (p x : vec) (a : nat -> R) (da : nat -> vec) (mu : nat -> nat -> R) : nat -> vec :=
  match ls with
  | [] => da
  | (d, b, s) :: r => fslope d (off + dsize n d b) r p x (fun u => s u (dense n d b (shift off x) a u))
      (fun u k => mu O u * dslope n d b off p a da u k) (fun l => mu (S l))
  end.
(* mu may be chosen in the enclosures Mu of s': at every unit the two pre-activations have a mean slope there *)
Fixpoint mean_ok (n off : nat) (ls : list layer) (p x : vec) (ap ax : nat -> R) (Mu : nat -> nat -> R -> Prop) : Prop :=
  match ls with
  | [] => True
  | (d, b, s) :: r => let zp := dense n d b (shift off p) ap in let zx := dense n d b (shift off x) ax in
      (forall u, (u < d)%nat -> exists mu, Mu O u mu /\ s u (zx u) - s u (zp u) = mu * (zx u - zp u)) /\
      mean_ok d (off + dsize n d b) r p x (fun u => s u (zp u)) (fun u => s u (zx u)) (fun l => Mu (S l))
  end.
Fixpoint widths_ok (ls : list layer) (Mu : nat -> nat -> R -> Prop) (mu : nat -> nat -> R) : Prop :=
  match ls with
  | [] => True
  | (d, _, _) :: r => (forall u, (u < d)%nat -> Mu O u (mu O u)) /\ widths_ok r (fun l => Mu (S l)) (fun l => mu (S l))
  end.

Lemma finite_choice (A : Type) (a0 : A) n (F : nat -> A -> Prop) : (forall u, (u < n)%nat -> exists a, F u a) ->
  exists f, forall u, (u < n)%nat -> F u (f u).
Proof.
  induction n as [|n IH]; intros H; [exists (fun _ => a0); intros; lia|].
  destruct IH as [f Hf]; [auto|]. destruct (H n ltac:(lia)) as [a Ha].
  exists (fun u => if (u =? n)%nat then a else f u). intros u Hu. destruct (Nat.eqb_spec u n) as [->|ne]; [exact Ha|apply Hf; lia].
Qed.

Section Slopes.
Variables (P : nat) (p x : vec).
Definition along (sigma : vec) : R := sum P (fun k => sigma k * (x k - p k)).

Lemma dense_didx n d b off th a u : dense n d b (shift off th) a u
  = sum n (fun j => a j * th (didx off n d j u)) + (if b then th (didx off n d n u) else 0).
Proof.
  unfold dense, shift. f_equal.
  - apply sum_ext. intros j Hj. unfold didx. destruct (Nat.ltb_spec j n); [reflexivity|lia].
  - destruct b; [|reflexivity]. unfold didx. rewrite Nat.ltb_irrefl. reflexivity.
Qed.
Lemma dense_slope n d b off ap ax da u : (off + dsize n d b <= P)%nat -> (u < d)%nat ->
  (forall j, (j < n)%nat -> ax j - ap j = along (da j)) ->
  dense n d b (shift off x) ax u - dense n d b (shift off p) ap u = along (dslope n d b off p ax da u).
Proof.
  intros HP Hu Ha. rewrite !dense_didx. unfold along, dslope.
  assert (Hidx : forall j, (j < n + b2n b)%nat -> (didx off n d j u < P)%nat) by (intros j Hj; apply (didx_lt off n d b); assumption).
  assert (H1 : sum P (fun k => sum n (fun j => e_ (didx off n d j u) k * ax j) * (x k - p k))
    = sum n (fun j => ax j * (x (didx off n d j u) - p (didx off n d j u)))).
  { rewrite (sum_ext P _ (fun k => sum n (fun j => ax j * (e_ (didx off n d j u) k * (x k - p k))))).
    - rewrite sum_swap. apply sum_ext. intros j Hj. rewrite sum_scal.
      rewrite (sum_e P (didx off n d j u) (fun k => x k - p k)) by (apply Hidx; lia). reflexivity.
    - intros k _. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. }
  assert (H2 : sum P (fun k => sum n (fun j => p (didx off n d j u) * da j k) * (x k - p k))
    = sum n (fun j => p (didx off n d j u) * (ax j - ap j))).
  { rewrite (sum_ext P _ (fun k => sum n (fun j => p (didx off n d j u) * (da j k * (x k - p k))))).
    - rewrite sum_swap. apply sum_ext. intros j Hj. rewrite sum_scal, (Ha j Hj). reflexivity.
    - intros k _. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. }
  assert (H3 : sum P (fun k => (if b then e_ (didx off n d n u) k else 0) * (x k - p k))
    = if b then x (didx off n d n u) - p (didx off n d n u) else 0).
  { destruct b; [apply (sum_e P _ (fun k => x k - p k)), Hidx; simpl; lia|apply sum_zero; intros; ring]. }
  rewrite (sum_ext P _ (fun k => sum n (fun j => e_ (didx off n d j u) k * ax j) * (x k - p k)
    + (if b then e_ (didx off n d n u) k else 0) * (x k - p k)
    + sum n (fun j => p (didx off n d j u) * da j k) * (x k - p k))) by (intros; ring).
  rewrite !sum_plus, H1, H2, H3.
  assert (H4 : sum n (fun j => ax j * x (didx off n d j u)) = sum n (fun j => ap j * p (didx off n d j u))
    + sum n (fun j => ax j * (x (didx off n d j u) - p (didx off n d j u))) + sum n (fun j => p (didx off n d j u) * (ax j - ap j))).
  { rewrite <- !sum_plus. apply sum_ext. intros. ring. }
  rewrite H4. destruct b; ring.
Qed.

(* 3.3, Slopes: by induction along the layers *)
Lemma feat_slopes ls : forall n off ap ax da Mu, (off + size n ls <= P)%nat ->
  (forall j, (j < n)%nat -> ax j - ap j = along (da j)) -> mean_ok n off ls p x ap ax Mu ->
  exists mu, widths_ok ls Mu mu /\ forall u, (u < width n ls)%nat ->
    feat n ls (shift off x) ax u - feat n ls (shift off p) ap u = along (fslope n off ls p x ax da mu u).
Proof.
  induction ls as [|[[d b] s] r IH]; intros n off ap ax da Mu HP Ha Hm.
  - exists (fun _ _ => 0). split; [exact I|]. simpl. exact Ha.
  - simpl in HP. destruct Hm as [Hm Hr]. destruct (finite_choice R 0 d _ Hm) as [f Hf].
    destruct (IH d (off + dsize n d b)%nat (fun u => s u (dense n d b (shift off p) ap u)) (fun u => s u (dense n d b (shift off x) ax u))
      (fun u k => f u * dslope n d b off p ax da u k) (fun l => Mu (S l))) as [mu [Hw Hmu]].
    + lia.
    + intros u Hu. rewrite (proj2 (Hf u Hu)), (dense_slope n d b off ap ax da u) by (try assumption; lia).
      unfold along. rewrite <- sum_scal. apply sum_ext. intros. ring.
    + exact Hr.
    + exists (fun l => match l with O => f | S l' => mu l' end). split.
      * split; [intros u Hu; apply (Hf u Hu)|exact Hw].
      * intros u Hu. simpl. rewrite !shift_shift. apply Hmu, Hu.
Qed.
End Slopes.

(* The slopes of an output, and rule 3.3's plane of order 1 for networks of any depth.  Q is the box, Mu i l u encloses s' of unit u of
   hidden layer l at sample i (`mean_slope_exists`: over a range with all pre-activations, at a kink too), and [slo_k, shi_k] contains
   what the formulas (a) give for sum_ic g_ic df_ic/dtheta_k for all x in Q and all mu in the enclosures: by the inclusion property,
   an evaluation in balls does.  Kernel: `plane`, `lipschitz`. *)
Definition oslope (n : nat) (ls : list layer) (q : nat) (b : bool) (p x : vec) (X : nat -> R) (mu : nat -> nat -> R) (c : nat) : vec :=
  dslope (width n ls) q b (size n ls) p (feat n ls x X) (fslope n 0 ls p x X (fun _ _ => 0) mu) c.
Theorem plane_bound_network n ls q b N (X : nat -> nat -> R) (l : nat -> (nat -> R) -> R) (g : nat -> nat -> R) (p lo hi slo shi : vec)
    (Mu : nat -> nat -> nat -> R -> Prop) : let P := params n ls q b in let E := loss n ls q b X (samples N l) in
  (forall i u, (i < N)%nat -> l i (net n ls q b p (X i)) + sum q (fun c => g i c * (u c - net n ls q b p (X i) c)) <= l i u) ->
  (forall i x, (i < N)%nat -> between P lo hi x -> mean_ok n 0 ls p x (X i) (X i) (Mu i)) ->
  (forall x mu, between P lo hi x -> (forall i, (i < N)%nat -> widths_ok ls (Mu i) (mu i)) -> forall k, (k < P)%nat ->
     slo k <= sum N (fun i => sum q (fun c => g i c * oslope n ls q b p x (X i) (mu i) c k)) <= shi k) ->
  forall x, between P lo hi x -> E p + sum P (fun k => least4 (slo k) (shi k) (lo k - p k) (hi k - p k)) <= E x.
Proof.
  intros P E Hsub Hm Hs.
  apply (plane_bound P q N (fun th i c => net n ls q b th (X i) c) l g p lo hi slo shi); [intros i u Hi; apply (Hsub i u Hi)|].
  intros x Hx.
  destruct (finite_choice (nat -> nat -> R) (fun _ _ => 0) N (fun i mu => widths_ok ls (Mu i) mu /\ forall u, (u < width n ls)%nat ->
      feat n ls x (X i) u - feat n ls p (X i) u = along P p x (fslope n 0 ls p x (X i) (fun _ _ => 0) mu u))) as [mu Hmu].
  { intros i Hi. apply (feat_slopes P p x ls n 0 (X i) (X i) (fun _ _ => 0) (Mu i)).
    - unfold P, params. lia.
    - intros j _. unfold along. rewrite sum_zero by (intros; ring). ring.
    - apply Hm; assumption. }
  exists (fun k => sum N (fun i => sum q (fun c => g i c * oslope n ls q b p x (X i) (mu i) c k))). split.
  - intros k Hk. apply Hs; [exact Hx|intros i Hi; apply (Hmu i Hi)|exact Hk].
  - rewrite (sum_ext P _ (fun k => sum N (fun i => sum q (fun c => g i c * (oslope n ls q b p x (X i) (mu i) c k * (x k - p k)))))).
    + rewrite (sum_swap P N). apply sum_ext. intros i Hi. rewrite (sum_swap P q). apply sum_ext. intros c Hc. rewrite sum_scal. f_equal.
      unfold net. apply (dense_slope P p x (width n ls) q b (size n ls) (feat n ls p (X i)) (feat n ls x (X i))
        (fslope n 0 ls p x (X i) (fun _ _ => 0) (mu i)) c); [unfold P, params; lia|exact Hc|].
      apply (Hmu i Hi).
    + intros k _. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros i _. rewrite <- !sum_scal. apply sum_ext. intros. ring.
Qed.

(* ---------- order 2 ---------- *)
(* The bound from h(x) - h(p) = G . d + 1/2 d^T Hbar d with the entries of Hbar in enclosures: tau_k encloses
   G_k + 1/2 sum_{j <> k} Hbar_kj d_j, and [qlo_k, qhi_k] the squares d_k^2.  Kernel: `plane`. *)
Definition off_diagonal (P : nat) (H : nat -> nat -> R) (d : vec) (k : nat) : R := sum P (fun j => if (j =? k)%nat then 0 else H k j * d j).
Theorem plane_bound_2 P q N (f : vec -> nat -> nat -> R) (l : nat -> (nat -> R) -> R) (g : nat -> nat -> R) (p lo hi : vec)
    (G tlo thi hlo hhi qlo qhi : vec) (enc : (nat -> nat -> R) -> Prop) :
  (forall i u, (i < N)%nat -> l i (f p i) + sum q (fun c => g i c * (u c - f p i c)) <= l i u) ->
  (forall x, between P lo hi x -> exists H, enc H /\ sum N (fun i => sum q (fun c => g i c * (f x i c - f p i c)))
     = sum P (fun k => G k * (x k - p k)) + / 2 * sum P (fun k => sum P (fun j => H k j * (x j - p j)) * (x k - p k))) ->
  (forall x H k, between P lo hi x -> enc H -> (k < P)%nat ->
     tlo k <= G k + / 2 * off_diagonal P H (fun j => x j - p j) k <= thi k /\ hlo k <= H k k <= hhi k /\ qlo k <= (x k - p k) ^ 2 <= qhi k) ->
  forall x, between P lo hi x ->
  sum N (fun i => l i (f p i)) + sum P (fun k => least4 (tlo k) (thi k) (lo k - p k) (hi k - p k) + / 2 * least4 (hlo k) (hhi k) (qlo k) (qhi k))
    <= sum N (fun i => l i (f x i)).
Proof.
  intros Hsub Htaylor Henc x Hx. destruct (Htaylor x Hx) as [H [HH Heq]].
  apply Rle_trans with (sum N (fun i => l i (f p i) + sum q (fun c => g i c * (f x i c - f p i c)))).
  - rewrite (sum_plus N (fun i => l i (f p i))), Heq. apply Rplus_le_compat_l. rewrite <- sum_scal, <- sum_plus. apply sum_le.
    intros k Hk. destruct (Henc x H k Hx HH Hk) as [Ht [Hh Hq]].
    assert (Hd : lo k - p k <= x k - p k <= hi k - p k) by (generalize (Hx k Hk); lra).
    assert (A := least4_below _ _ _ _ _ _ Ht Hd).
    assert (B := least4_below _ _ _ _ _ _ Hh Hq).
    assert (Hsplit : sum P (fun j => H k j * (x j - p j)) = off_diagonal P H (fun j => x j - p j) k + H k k * (x k - p k)).
    { unfold off_diagonal. rewrite <- (sum_e P k (fun j => H k j * (x j - p j)) Hk), <- sum_plus. apply sum_ext. intros j Hj.
      unfold e_. destruct (Nat.eqb_spec j k), (Nat.eqb_spec k j); try congruence; ring. }
    rewrite Hsplit. nra.
  - apply sum_le. intros i Hi. apply Hsub, Hi.
Qed.

(* Where such an Hbar comes from if h is twice differentiable along segments of the box: Taylor's formula with Lagrange's remainder, Hbar
   is the Hessian at a point between.  (The written rule also admits breakpoints with a continuous first derivative, by second derivatives
   almost everywhere; that is not formalised.) *)
Lemma lagrange (f f1 f2 : R -> R) : (forall t, 0 <= t <= 1 -> is_derive f t (f1 t)) -> (forall t, 0 <= t <= 1 -> is_derive f1 t (f2 t)) ->
  exists t, 0 < t < 1 /\ f 1 = f 0 + f1 0 + f2 t / 2.
Proof.
  intros H1 H2. set (K := 2 * (f 1 - f 0 - f1 0)).
  destruct (MVT_cor2 (fun t => f t + f1 t * (1 - t) + K * (1 - t) ^ 2 / 2) (fun t => (f2 t - K) * (1 - t)) 0 1 Rlt_0_1) as [t [Ht Hin]].
  - intros t Ht. apply is_derive_Reals. assert (A := H1 t Ht). assert (B := H2 t Ht).
    auto_derive; [split; [eexists; exact A|split; [eexists; exact B|exact I]]|].
    replace (Derive (fun x => f x) t) with (f1 t) by (symmetry; apply is_derive_unique, A).
    replace (Derive (fun x => f1 x) t) with (f2 t) by (symmetry; apply is_derive_unique, B). field.
  - exists t. split; [exact Hin|]. unfold K in Ht. assert (f2 t = K); [|unfold K in *; lra].
    apply (Rmult_eq_reg_r (1 - t)); [|lra]. unfold K. lra.
Qed.
Lemma taylor_segment P (h : vec -> R) (grad : vec -> vec) (hess : vec -> nat -> nat -> R) (p x : vec) :
  let seg := line p (fun k => x k - p k) in
  (forall t, 0 <= t <= 1 -> is_derive (fun u => h (seg u)) t (sum P (fun k => grad (seg t) k * (x k - p k)))) ->
  (forall t, 0 <= t <= 1 -> is_derive (fun u => sum P (fun k => grad (seg u) k * (x k - p k))) t
     (sum P (fun k => sum P (fun j => hess (seg t) k j * (x j - p j)) * (x k - p k)))) ->
  exists t, 0 < t < 1 /\ h (seg 1) - h (seg 0) = sum P (fun k => grad (seg 0) k * (x k - p k))
    + / 2 * sum P (fun k => sum P (fun j => hess (seg t) k j * (x j - p j)) * (x k - p k)).
Proof.
  intros seg H1 H2. destruct (lagrange _ _ _ H1 H2) as [t [Ht Heq]]. exists t. split; [exact Ht|]. cbv beta in Heq. lra.
Qed.
