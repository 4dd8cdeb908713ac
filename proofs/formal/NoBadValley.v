(* Rule 4.8, no bad valley: from every point, and for every eta > 0, a curve on which E stays below its start plus eta leads to a loss below every other one
   plus eta. "The infimum plus eta" is said so: for every u, an end below E u + eta.

   - The network is l1 ++ l2; the layer that is wide enough is the last of l1 (l1 empty: the inputs themselves), the pyramid is l2 and the output layer.
   - lifting: with independent rows entering l2, and independent columns of every later weight matrix, every continuous path of output matrices is followed
     by a path of the parameters of l2 and the output layer, up to standing still. It needs activations in l2 that are continuous and strictly monotone, and
     a bias after them or 0 among their values.
   - Independent columns are dense if widths do not increase (columns_dense); that independent rows are dense is a hypothesis. For one layer in l1 (raise_rank)
     it is enough that they occur once: a constant path leads there.
   - One hidden layer: no hypothesis on rows, any activation, also one that is not continuous, and E never rises above its start.
   - Losses are convex and continuous functions of the outputs. Quasi-convex ones are not formal.
   - no_bad_valley_component: in every connected component of a set where E is below some c there are losses as near to the infimum as one likes;
     no_bad_valley_no_bad_basin: there is no sub-optimal basin. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality Classical.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule PointwiseRank Compactness WideLayer IndependentInputs Derivatives.
From Exactland Require Deep.
Import ListNotations.
Open Scope R_scope.

(* ---------- curves on which E stays at most M ---------- *)
Definition leads (P : nat) (E : vec -> R) (M : R) (x y : vec) : Prop := exists g, curve P g /\
  (forall k, (k < P)%nat -> g 0 k = x k) /\ (forall k, (k < P)%nat -> g 1 k = y k) /\ forall t, 0 <= t <= 1 -> E (g t) <= M.
(* no bad valley *)
Definition no_bad_valley (P : nat) (E : vec -> R) : Prop := forall th eta u, 0 < eta -> exists g, curve P g /\
  (forall k, (k < P)%nat -> g 0 k = th k) /\ (forall t, 0 <= t <= 1 -> E (g t) < E th + eta) /\ E (g 1) < E u + eta.

Lemma leads_refl P E M x : E x <= M -> leads P E M x x.
Proof.
  intros H. exists (fun _ => x). split; [|repeat split; auto]. intros t eps _ He. exists 1. split; [lra|]. intros s _ _. apply close_refl, He.
Qed.
Lemma leads_weaken P E M M' x y : M <= M' -> leads P E M x y -> leads P E M' x y.
Proof. intros HM [g [Hg [H0 [H1 H]]]]. exists g. repeat (split; [assumption|]). intros t Ht. specialize (H t Ht). lra. Qed.
Lemma leads_end P E M x y : reads P E -> leads P E M x y -> E y <= M.
Proof. intros Hr [g [_ [_ [H1 H]]]]. rewrite (Hr y (g 1)) by (intros k Hk; symmetry; apply H1, Hk). apply H. lra. Qed.
Lemma leads_segment P E M x y : (forall t, 0 <= t <= 1 -> E (line x (minus y x) t) <= M) -> leads P E M x y.
Proof.
  intros H. exists (line x (minus y x)). split; [apply line_curve|]. split; [intros k _; rewrite line_start; reflexivity|].
  split; [intros k _; rewrite line_end; reflexivity|exact H].
Qed.
Lemma leads_trans P E M x y z : leads P E M x y -> leads P E M y z -> leads P E M x z.
Proof.
  intros [g [Hg [G0 [G1 GE]]]] [h [Hh [H0 [H1 HE]]]].
  exists (fun t => if Rle_dec t (1 / 2) then g (2 * t) else h (2 * t - 1)). split; [|split; [|split]].
  - intros t eps Ht He. destruct (Rtotal_order t (1 / 2)) as [Hlt|[->|Hgt]].
    + destruct (Hg (2 * t) eps ltac:(lra) He) as [d [Hd Hc]]. exists (Rmin (d / 2) (1 / 2 - t)).
      split; [apply Rmin_glb_lt; lra|]. intros s Hs Hst. assert (A := Rmin_l (d / 2) (1 / 2 - t)). assert (B := Rmin_r (d / 2) (1 / 2 - t)).
      assert (C := Rabs_def2 _ _ (Rlt_le_trans _ _ _ Hst B)). destruct (Rle_dec t (1 / 2)), (Rle_dec s (1 / 2)); try lra.
      apply Hc; [lra|]. replace (2 * s - 2 * t) with (2 * (s - t)) by ring. rewrite Rabs_mult, (Rabs_pos_eq 2) by lra. lra.
    + destruct (Hg 1 eps ltac:(lra) He) as [d [Hd Hc]]. destruct (Hh 0 eps ltac:(lra) He) as [d' [Hd' Hc']]. exists (Rmin (d / 2) (d' / 2)).
      split; [apply Rmin_glb_lt; lra|]. intros s Hs Hst. assert (A := Rmin_l (d / 2) (d' / 2)). assert (B := Rmin_r (d / 2) (d' / 2)).
      destruct (Rle_dec (1 / 2) (1 / 2)); [|lra]. replace (2 * (1 / 2)) with 1 by field.
      assert (e1 : 2 * s - 1 = 2 * (s - 1 / 2)) by field. assert (e2 : Rabs (2 * (s - 1 / 2)) = 2 * Rabs (s - 1 / 2)) by (rewrite Rabs_mult, (Rabs_pos_eq 2); lra).
      destruct (Rle_dec s (1 / 2)).
      * apply Hc; [lra|]. rewrite e1, e2. lra.
      * intros k Hk. rewrite (G1 k Hk), <- (H0 k Hk). apply Hc'; [lra| |exact Hk]. rewrite Rminus_0_r, e1, e2. lra.
    + destruct (Hh (2 * t - 1) eps ltac:(lra) He) as [d [Hd Hc]]. exists (Rmin (d / 2) (t - 1 / 2)).
      split; [apply Rmin_glb_lt; lra|]. intros s Hs Hst. assert (A := Rmin_l (d / 2) (t - 1 / 2)). assert (B := Rmin_r (d / 2) (t - 1 / 2)).
      assert (C := Rabs_def2 _ _ (Rlt_le_trans _ _ _ Hst B)). destruct (Rle_dec t (1 / 2)), (Rle_dec s (1 / 2)); try lra.
      apply Hc; [lra|]. replace (2 * s - 1 - (2 * t - 1)) with (2 * (s - t)) by ring. rewrite Rabs_mult, (Rabs_pos_eq 2) by lra. lra.
  - intros k Hk. destruct (Rle_dec 0 (1 / 2)); [|lra]. rewrite Rmult_0_r. apply G0, Hk.
  - intros k Hk. destruct (Rle_dec 1 (1 / 2)); [lra|]. replace (2 * 1 - 1) with 1 by ring. apply H1, Hk.
  - intros t Ht. destruct (Rle_dec t (1 / 2)); [apply GE; lra|apply HE; lra].
Qed.
Lemma no_bad_valley_leads P E : reads P E ->
  (forall th eta u, 0 < eta -> exists y, leads P E (E th + eta) th y /\ E y <= E u + eta) -> no_bad_valley P E.
Proof.
  intros Hr H th eta u He. destruct (H th (eta / 2) u ltac:(lra)) as [y [[g [Hg [H0 [H1 HE]]]] Hy]].
  exists g. split; [exact Hg|]. split; [exact H0|]. split; [intros t Ht; specialize (HE t Ht); lra|].
  rewrite (Hr (g 1) y H1). lra.
Qed.
(* what a small move does, where E is continuous *)
Lemma small_move P E x eta : continuous_at P E x -> 0 < eta -> exists d, 0 < d /\ forall y, close P d x y -> leads P E (E x + eta) x y.
Proof.
  intros Hc He. destruct (Hc eta He) as [d [Hd H]]. exists d. split; [exact Hd|]. intros y Hy. apply leads_segment. intros t Ht.
  assert (Hcl : close P d x (line x (minus y x) t)).
  { intros k Hk. unfold line, minus. replace (x k - (x k + t * (y k - x k))) with (t * (x k - y k)) by ring.
    rewrite Rabs_mult, (Rabs_pos_eq t) by lra. generalize (Hy k Hk) (Rabs_pos (x k - y k)). intros. nra. }
  generalize (Rabs_def2 _ _ (H _ I Hcl)). lra.
Qed.

(* ---------- strictly monotone activations: an inverse, and values in between ---------- *)
Definition is_value (s : R -> R) (y : R) : Prop := exists z, s z = y.
Lemma rising_inverse s : (forall x y, x < y -> s x < s y) -> exists r, forall z, r (s z) = z /\ continuity_pt r (s z).
Proof.
  intros Hs. set (r := fun y => real (Lub_Rbar (fun x => s x <= y))). exists r.
  (* if z1 is below and z2 above, the inverse is between *)
  assert (Hb : forall y z1 z2, s z1 <= y -> y < s z2 -> z1 <= r y <= z2).
  { intros y z1 z2 H1 H2. unfold r. destruct (Lub_Rbar_correct (fun x => s x <= y)) as [Hub Hlub].
    assert (A : Rbar_le (Finite z1) (Lub_Rbar (fun x => s x <= y))) by (apply Hub, H1).
    assert (B : Rbar_le (Lub_Rbar (fun x => s x <= y)) (Finite z2)).
    { apply Hlub. intros x Hx. simpl. destruct (Rle_lt_dec x z2) as [|Hlt]; [assumption|]. generalize (Hs _ _ Hlt). lra. }
    destruct (Lub_Rbar (fun x => s x <= y)); simpl in *; try contradiction. split; assumption. }
  assert (Hr : forall z, r (s z) = z).
  { intros z. apply Rle_antisym.
    - apply le_epsilon. intros e He. apply (Hb (s z) z (z + e)); [lra|apply Hs; lra].
    - apply (Hb (s z) z (z + 1)); [lra|apply Hs; lra]. }
  intros z. split; [apply Hr|]. intros eps He.
  assert (H1 := Hs (z - eps / 2) z ltac:(lra)). assert (H2 := Hs z (z + eps / 2) ltac:(lra)).
  exists (Rmin (s z - s (z - eps / 2)) (s (z + eps / 2) - s z)). split; [apply Rmin_glb_lt; lra|]. intros y [_ Hy]. simpl in *. unfold R_dist in *.
  assert (A := Rmin_l (s z - s (z - eps / 2)) (s (z + eps / 2) - s z)). assert (B := Rmin_r (s z - s (z - eps / 2)) (s (z + eps / 2) - s z)).
  apply Rabs_def2 in Hy. rewrite Hr. assert (C := Hb y (z - eps / 2) (z + eps / 2) ltac:(lra) ltac:(lra)). apply Rabs_def1; lra.
Qed.
Lemma monotone_inverse s : strictly_monotone s -> exists r, forall z, r (s z) = z /\ continuity_pt r (s z).
Proof.
  intros [Hs|Hs]; [apply rising_inverse, Hs|].
  destruct (rising_inverse (fun x => - s x)) as [r Hr]; [intros x y Hxy; generalize (Hs x y Hxy); lra|].
  exists (fun y => r (- y)). intros z. destruct (Hr z) as [H1 H2]. split; [exact H1|].
  apply (continuity_pt_comp (fun y => - y) r); [|exact H2].
  apply derivable_continuous_pt. exists (- 1). apply (derivable_pt_lim_opp id), derivable_pt_lim_id.
Qed.
Lemma values_convex s a c e : continuity s -> is_value s a -> is_value s c -> 0 <= e <= 1 -> is_value s (c + e * (a - c)).
Proof.
  intros Hc [z Hz] [y Hy] He. destruct (IVT_gen s y z (c + e * (a - c))) as [x [_ Hx]]; [exact Hc| |exists x; exact Hx].
  rewrite Hy, Hz. unfold Rmin, Rmax. destruct (Rle_dec c a); nra.
Qed.
Lemma values_open s c : continuity s -> strictly_monotone s -> is_value s c -> exists r, 0 < r /\ forall y, Rabs (y - c) < r -> is_value s y.
Proof.
  intros Hc Hm [z Hz].
  assert (H : (s (z - 1) < c /\ c < s (z + 1)) \/ (s (z + 1) < c /\ c < s (z - 1))).
  { rewrite <- Hz. destruct Hm as [Hm|Hm]; [left|right]; split; apply Hm; lra. }
  set (r := Rmin (Rabs (s (z - 1) - c)) (Rabs (s (z + 1) - c))).
  assert (Hr : 0 < r) by (unfold r; apply Rmin_glb_lt; apply Rabs_pos_lt; lra).
  assert (A : r <= Rabs (s (z - 1) - c)) by apply Rmin_l. assert (B : r <= Rabs (s (z + 1) - c)) by apply Rmin_r.
  exists r. split; [exact Hr|]. intros y Hy. apply Rabs_def2 in Hy.
  destruct (IVT_gen s (z - 1) (z + 1) y) as [x [_ Hx]]; [exact Hc| |exists x; exact Hx].
  destruct H as [[H1 H2]|[H1 H2]].
  - rewrite Rabs_left in A by lra. rewrite Rabs_pos_eq in B by lra. rewrite Rmin_left, Rmax_right; lra.
  - rewrite Rabs_pos_eq in A by lra. rewrite Rabs_left in B by lra. rewrite Rmin_right, Rmax_left; lra.
Qed.

(* ---------- continuity of real functions ---------- *)
Lemma continuous_sum n (f : nat -> R -> R) : (forall k, (k < n)%nat -> continuity (f k)) -> continuity (fun t => sum n (fun k => f k t)).
Proof.
  induction n as [|n IH]; intros H; simpl; [apply continuity_const; intros x y; reflexivity|].
  apply (continuity_plus (fun t => sum n (fun k => f k t)) (f n)); [apply IH; intros; apply H; lia|apply H; lia].
Qed.
Lemma continuous_const a : continuity (fun _ : R => a).
Proof. apply continuity_const. intros x y. reflexivity. Qed.
Lemma continuous_scal a f : continuity f -> continuity (fun t => a * f t).
Proof. intros H. apply (continuity_scal f a H). Qed.
Lemma continuous_minus f a : continuity f -> continuity (fun t => f t - a).
Proof. intros H. apply (continuity_minus f (fun _ => a)); [exact H|apply continuous_const]. Qed.
Lemma continuous_Rmax f g : continuity f -> continuity g -> continuity (fun t => Rmax (f t) (g t)).
Proof.
  intros Hf Hg. assert (e : (fun t => Rmax (f t) (g t)) = (fun t => / 2 * (f t + g t + Rabs (f t - g t)))).
  { apply functional_extensionality. intros t. unfold Rmax. destruct (Rle_dec (f t) (g t)).
    - rewrite Rabs_left1 by lra. field.
    - rewrite Rabs_pos_eq by lra. field. }
  rewrite e. apply (continuous_scal (/ 2)). apply (continuity_plus (fun t => f t + g t)); [apply (continuity_plus f g Hf Hg)|].
  apply (continuity_comp (fun t => f t - g t) Rabs); [apply (continuity_minus f g Hf Hg)|apply Rcontinuity_abs].
Qed.
Lemma continuous_id : continuity (fun t => t).
Proof. apply derivable_continuous, derivable_id. Qed.
(* t cut off at 0 and 1 *)
Definition clamp (t : R) : R := Rmax 0 (- Rmax (- 1) (- t)).
Lemma clamp_range t : 0 <= clamp t <= 1.
Proof. unfold clamp, Rmax. destruct (Rle_dec (- 1) (- t)), (Rle_dec 0 _); lra. Qed.
Lemma clamp_id t : 0 <= t <= 1 -> clamp t = t.
Proof. intros Ht. unfold clamp, Rmax. destruct (Rle_dec (- 1) (- t)), (Rle_dec 0 _); lra. Qed.
Lemma clamp_continuity : continuity clamp.
Proof.
  apply (continuous_Rmax (fun _ => 0)); [apply continuous_const|]. apply (continuity_opp (fun t => Rmax (- 1) (- t))).
  apply (continuous_Rmax (fun _ => - 1)); [apply continuous_const|]. apply (continuity_opp (fun t => t)), continuous_id.
Qed.
Lemma continuous_bounded f : continuity f -> exists B, 0 < B /\ forall t, 0 <= t <= 1 -> Rabs (f t) <= B.
Proof.
  intros Hf. destruct (continuity_ab_maj (fun t => Rabs (f t)) 0 1) as [x [Hx _]]; [lra| |].
  - intros t _. apply (continuity_comp f Rabs Hf Rcontinuity_abs).
  - exists (Rabs (f x) + 1). split; [generalize (Rabs_pos (f x)); lra|]. intros t Ht. specialize (Hx t Ht). lra.
Qed.
Lemma least_positive m (f : nat -> R) : (forall i, (i < m)%nat -> 0 < f i) -> exists r, 0 < r /\ forall i, (i < m)%nat -> r <= f i.
Proof.
  induction m as [|m IH]; intros H; [exists 1; split; [lra|intros; lia]|]. destruct IH as [r [Hr Hm]]; [intros; apply H; lia|].
  exists (Rmin r (f m)). split; [apply Rmin_glb_lt; [exact Hr|apply H; lia]|]. intros i Hi. destruct (Nat.eq_dec i m) as [->|ne]; [apply Rmin_r|].
  eapply Rle_trans; [apply Rmin_l|apply Hm; lia].
Qed.
Lemma common_bound n m (Q : nat -> nat -> R -> Prop) : (forall i j B B', Q i j B -> B <= B' -> Q i j B') ->
  (forall i j, (i < n)%nat -> (j < m)%nat -> exists B, Q i j B) -> exists B, 0 < B /\ forall i j, (i < n)%nat -> (j < m)%nat -> Q i j B.
Proof.
  intros Hmono H. assert (H1 : forall i, (i < n)%nat -> exists B, 0 < B /\ forall j, (j < m)%nat -> Q i j B).
  { intros i Hi. assert (H' := fun j => H i j Hi). clear H Hi. induction m as [|m IH]; [exists 1; split; [lra|intros; lia]|].
    destruct IH as [B [HB HQ]]; [intros; apply H'; lia|]. destruct (H' m ltac:(lia)) as [B' HB'].
    exists (Rmax B B'). split; [apply Rlt_le_trans with B; [exact HB|apply Rmax_l]|]. intros j Hj. destruct (Nat.eq_dec j m) as [->|ne].
    - apply Hmono with B'; [exact HB'|apply Rmax_r].
    - apply Hmono with B; [apply HQ; lia|apply Rmax_l]. }
  clear H. induction n as [|n IH]; [exists 1; split; [lra|intros; lia]|].
  destruct IH as [B [HB HQ]]; [intros; apply H1; lia|]. destruct (H1 n ltac:(lia)) as [B' [HB' HQ']].
  exists (Rmax B B'). split; [apply Rlt_le_trans with B; [exact HB|apply Rmax_l]|]. intros i j Hi Hj. destruct (Nat.eq_dec i n) as [->|ne].
  - apply Hmono with B'; [apply HQ', Hj|apply Rmax_r].
  - apply Hmono with B; [apply HQ; [lia|exact Hj]|apply Rmax_l].
Qed.

(* ---------- lifting ---------- *)
(* the last hidden layer, and the layer after it *)
Lemma net_snoc n l d b s q bo th x c :
  net n (l ++ [(d, b, s)]) q bo th x c = dense d q bo (shift (params n l d b) th) (fun u => s u (net n l d b th x u)) c.
Proof.
  unfold net, params. rewrite feat_app, width_app, size_app. simpl. rewrite Nat.add_0_r. reflexivity.
Qed.
Lemma params_snoc n l d b s q bo : params n (l ++ [(d, b, s)]) q bo = (params n l d b + dsize d q bo)%nat.
Proof. unfold params. rewrite size_app, width_app. simpl. lia. Qed.
Lemma next_bias_snoc r d b s bo : next_bias (rev r ++ [(d, b, s)]) bo = next_bias (rev r) b.
Proof. destruct (rev r) as [|[[d' b'] s'] l]; reflexivity. Qed.

(* Layers are listed from the last to the first. What is asked of them: activations, and widths that do not increase; q and bo are those of the layer after. *)
Fixpoint pyramid (lr : list layer) (q : nat) (bo : bool) : Prop :=
  match lr with
  | [] => True
  | (d, b, s) :: r => (q <= d)%nat /\
      (forall u, (u < d)%nat -> continuity (s u) /\ strictly_monotone (s u) /\ (bo = true \/ is_value (s u) 0)) /\ pyramid r d b
  end.
(* the columns of every weight matrix but that of the first layer are independent *)
Fixpoint full_columns (n : nat) (lr : list layer) (q : nat) (th : vec) : Prop :=
  match lr with
  | [] => True
  | (d, b, _) :: r => independent d q (fun c u => th (params n (rev r) d b + (c * d + u))%nat) /\ full_columns n r d th
  end.

Section Lifting.
Variables (n N : nat) (f : nat -> nat -> R).

(* a path of parameters, and how far along the given path it is *)
Definition follows (P : nat) (out : vec -> nat -> nat -> R) (q : nat) (th : vec) (Z : R -> nat -> nat -> R) : Prop :=
  exists (g : R -> vec) (sigma : R -> R), (forall k, continuity (fun t => g t k)) /\ (forall k, (k < P)%nat -> g 0 k = th k) /\
    continuity sigma /\ sigma 0 = 0 /\ sigma 1 = 1 /\ (forall t, 0 <= sigma t <= 1) /\
    forall t i c, (i < N)%nat -> (c < q)%nat -> out (g t) i c = Z (sigma t) i c.

(* one layer of which the incoming rows are independent *)
Lemma follow_layer q bo th Z : independent (n + b2n bo) N (fun i => aug n (f i)) ->
  (forall i c, (i < N)%nat -> (c < q)%nat -> continuity (fun t => Z t i c)) ->
  (forall i c, (i < N)%nat -> (c < q)%nat -> Z 0 i c = dense n q bo th (f i) c) ->
  follows (dsize n q bo) (fun th i c => dense n q bo th (f i) c) q th Z.
Proof.
  intros Hind HZ H0. set (h := (n + b2n bo)%nat). set (idx := didx 0 n q).
  destruct (choose_columns N (fun a v => forall i, (i < N)%nat -> mulv h (aug n (f i)) v = if (i =? a)%nat then 1 else 0)) as [W HW].
  { intros a _. apply (independent_rows_span N h (fun i => aug n (f i)) Hind (fun i => if (i =? a)%nat then 1 else 0)). }
  set (D := fun (t : R) (j c : nat) => sum N (fun a => (Z t a c - Z 0 a c) * W a j)).
  exists (fun t k => th k + dir h q idx (D (clamp t)) k), clamp.
  assert (Hc01 : clamp 0 = 0 /\ clamp 1 = 1) by (split; apply clamp_id; lra). destruct Hc01 as [Hc0 Hc1].
  split; [|split; [|split; [apply clamp_continuity|split; [exact Hc0|split; [exact Hc1|split; [apply clamp_range|]]]]]].
  - intros k. apply (continuity_plus (fun _ => th k)); [apply continuous_const|]. unfold dir.
    apply (continuous_sum q (fun c t => sum h (fun j => if (idx j c =? k)%nat then D (clamp t) j c else 0))).
    intros c Hc. apply (continuous_sum h (fun j t => if (idx j c =? k)%nat then D (clamp t) j c else 0)). intros j Hj.
    destruct (idx j c =? k)%nat; [|apply continuous_const]. unfold D. apply (continuous_sum N (fun a t => (Z (clamp t) a c - Z 0 a c) * W a j)).
    intros a Ha. apply (continuity_mult (fun t => Z (clamp t) a c - Z 0 a c) (fun _ => W a j)); [|apply continuous_const].
    apply (continuous_minus (fun t => Z (clamp t) a c)). apply (continuity_comp clamp (fun t => Z t a c)); [apply clamp_continuity|apply HZ; assumption].
  - intros k _. rewrite Hc0. unfold dir. rewrite sum_zero; [ring|]. intros c _. apply sum_zero. intros j _. destruct (idx j c =? k)%nat; [|reflexivity].
    unfold D. apply sum_zero. intros. ring.
  - intros t i c Hi Hc. change (dense n q bo (shift 0 (fun k => th k + dir h q idx (D (clamp t)) k)) (f i) c = Z (clamp t) i c).
    rewrite dense_mulm by exact Hc. fold h idx. assert (e := H0 i c Hi Hc).
    change (dense n q bo th (f i) c) with (dense n q bo (shift 0 th) (f i) c) in e. rewrite dense_mulm in e by exact Hc. fold h idx in e.
    transitivity (mulv h (aug n (f i)) (fun j => block idx th j c) + mulv h (aug n (f i)) (fun j => D (clamp t) j c)).
    + unfold mulv. rewrite <- sum_plus. apply sum_ext. intros j Hj. unfold block. rewrite (dir_in h q idx (didx_inj 0 n q bo)) by assumption. ring.
    + rewrite <- e. unfold D, mulv.
      rewrite (sum_ext h (fun j => aug n (f i) j * sum N (fun a => (Z (clamp t) a c - Z 0 a c) * W a j))
        (fun j => sum N (fun a => (Z (clamp t) a c - Z 0 a c) * (aug n (f i) j * W a j)))).
      * rewrite sum_swap, (sum_single N _ i Hi).
        -- rewrite sum_scal. assert (e1 := HW i Hi i Hi). unfold mulv in e1. rewrite e1, Nat.eqb_refl. ring.
        -- intros a Ha ne. rewrite sum_scal. assert (e1 := HW a Ha i Hi). unfold mulv in e1. rewrite e1. destruct (Nat.eqb_spec i a); [congruence|ring].
      * intros j _. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.

Lemma clamp_low t : t <= 0 -> clamp t = 0.
Proof. intros Ht. unfold clamp, Rmax. destruct (Rle_dec (- 1) (- t)), (Rle_dec 0 _); lra. Qed.
Lemma clamp_high t : 1 <= t -> clamp t = 1.
Proof. intros Ht. unfold clamp, Rmax. destruct (Rle_dec (- 1) (- t)), (Rle_dec 0 _); lra. Qed.
Lemma affine_continuity a c : continuity (fun t => a * t + c).
Proof. apply (continuity_plus (fun t => a * t) (fun _ => c)); [apply continuous_scal, continuous_id|apply continuous_const]. Qed.

Theorem lifting lr : forall q bo th Z, independent (n + b2n (next_bias (rev lr) bo)) N (fun i => aug n (f i)) ->
  pyramid lr q bo -> full_columns n lr q th ->
  (forall i c, (i < N)%nat -> (c < q)%nat -> continuity (fun t => Z t i c)) ->
  (forall i c, (i < N)%nat -> (c < q)%nat -> Z 0 i c = net n (rev lr) q bo th (f i) c) ->
  follows (params n (rev lr) q bo) (fun th i c => net n (rev lr) q bo th (f i) c) q th Z.
Proof.
  induction lr as [|[[d b] s] r IH]; intros q bo th Z Hind Hpyr Hcol HZ H0; simpl rev in *.
  - apply (follow_layer q bo th Z Hind HZ H0).
  - destruct Hpyr as [_ [Hs Hpyr]]. destruct Hcol as [HW Hcol]. rewrite next_bias_snoc in Hind.
    set (P := params n (rev r) d b) in *. set (W := fun u c => th (P + (c * d + u))%nat).
    set (Y := fun i u => net n (rev r) d b th (f i) u). set (F := fun i u => s u (Y i u)).
    destruct (choose_columns q (fun k v => forall c, (c < q)%nat -> mulv d (fun u => W u c) v = if (c =? k)%nat then 1 else 0)) as [Ri HR].
    { intros k _. apply (independent_rows_span q d (fun c u => W u c) HW (fun c => if (c =? k)%nat then 1 else 0)). }
    destruct (choose_below R 0 d (fun u c => is_value (s u) c /\ (bo = false -> c = 0))) as [cc Hcc].
    { intros u Hu. destruct (Hs u Hu) as [_ [_ [->|H]]]; [exists (s u 0); split; [exists 0; reflexivity|discriminate]|exists 0; split; [exact H|reflexivity]]. }
    destruct (choose_below (R -> R) (fun t => t) d (fun u v => forall z, v (s u z) = z /\ continuity_pt v (s u z))) as [inv Hinv].
    { intros u Hu. apply monotone_inverse, Hs, Hu. }
    destruct (choose_below R 0 d (fun u e => 0 < e /\ forall y, Rabs (y - cc u) < e -> is_value (s u) y)) as [rad Hrad].
    { intros u Hu. apply values_open; [apply Hs, Hu|apply Hs, Hu|apply Hcc, Hu]. }
    destruct (least_positive d rad) as [r0 [Hr0 Hrad0]]; [intros u Hu; apply Hrad, Hu|].
    set (H := fun (t : R) (i u : nat) => F i u - cc u + sum q (fun k => (Z t i k - Z 0 i k) * Ri k u)).
    assert (Hcont : forall i u, (i < N)%nat -> continuity (fun t => H t i u)).
    { intros i u Hi. apply (continuity_plus (fun _ => F i u - cc u) (fun t => sum q (fun k => (Z t i k - Z 0 i k) * Ri k u))); [apply continuous_const|].
      apply (continuous_sum q (fun k t => (Z t i k - Z 0 i k) * Ri k u)). intros k Hk.
      apply (continuity_mult (fun t => Z t i k - Z 0 i k) (fun _ => Ri k u)); [apply (continuous_minus (fun t => Z t i k)), HZ; assumption|apply continuous_const]. }
    destruct (common_bound N d (fun i u B => forall t, 0 <= t <= 1 -> Rabs (H t i u) <= B)) as [B [HB HHB]].
    { intros i u B B' A Hle t Ht. specialize (A t Ht). lra. }
    { intros i u Hi _. destruct (continuous_bounded _ (Hcont i u Hi)) as [B [_ HB]]. exists B. exact HB. }
    set (e0 := Rmin 1 (r0 / (2 * B))). assert (He0 : 0 < e0) by (unfold e0; apply Rmin_glb_lt; [lra|apply Rdiv_lt_0_compat; lra]).
    assert (He1 : e0 <= 1) by apply Rmin_l.
    assert (HeB : e0 * B < r0).
    { apply Rle_lt_trans with (r0 / (2 * B) * B); [apply Rmult_le_compat_r; [lra|apply Rmin_r]|].
      replace (r0 / (2 * B) * B) with (r0 / 2) by (field; lra). lra. }
    set (e := fun t => 1 - (1 - e0) * clamp (2 * t)). set (rho := fun t => clamp (2 * t - 1)).
    assert (Heb : forall t, e0 <= e t <= 1) by (intros t; unfold e; generalize (clamp_range (2 * t)); intros; nra).
    assert (Hecont : continuity e).
    { unfold e. apply (continuity_minus (fun _ => 1)); [apply continuous_const|]. apply (continuous_scal (1 - e0) (fun t => clamp (2 * t))).
      apply (continuity_comp (fun t => 2 * t) clamp); [apply continuous_scal, continuous_id|apply clamp_continuity]. }
    assert (Hrcont : continuity rho).
    { unfold rho. apply (continuity_comp (fun t => 2 * t - 1) clamp); [|apply clamp_continuity].
      apply (continuous_minus (fun t => 2 * t)), continuous_scal, continuous_id. }
    set (Phi := fun (t : R) (i u : nat) => cc u + e t * H (rho t) i u).
    assert (HPv : forall t i u, (i < N)%nat -> (u < d)%nat -> is_value (s u) (Phi t i u)).
    { intros t i u Hi Hu. unfold Phi. destruct (Rle_lt_dec t (1 / 2)) as [Hle|Hlt].
      - assert (e1 : H (rho t) i u = F i u - cc u).
        { unfold rho. rewrite clamp_low by lra. unfold H. rewrite sum_zero by (intros; ring). ring. }
        rewrite e1. apply values_convex; [apply Hs, Hu|exists (Y i u); reflexivity|apply Hcc, Hu|]. generalize (Heb t). lra.
      - apply (proj2 (Hrad u Hu)). assert (e1 : e t = e0) by (unfold e; rewrite clamp_high by lra; ring). rewrite e1.
        replace (cc u + e0 * H (rho t) i u - cc u) with (e0 * H (rho t) i u) by ring. rewrite Rabs_mult, (Rabs_pos_eq e0) by lra.
        apply Rle_lt_trans with (e0 * B); [apply Rmult_le_compat_l; [lra|apply HHB; [exact Hi|exact Hu|apply clamp_range]]|]. generalize (Hrad0 u Hu). lra. }
    assert (HPc : forall i u, (i < N)%nat -> continuity (fun t => Phi t i u)).
    { intros i u Hi. unfold Phi. apply (continuity_plus (fun _ => cc u) (fun t => e t * H (rho t) i u)); [apply continuous_const|].
      apply (continuity_mult e (fun t => H (rho t) i u) Hecont). apply (continuity_comp rho (fun t => H t i u) Hrcont (Hcont i u Hi)). }
    assert (HP0 : forall i u, (i < N)%nat -> (u < d)%nat -> Phi 0 i u = F i u).
    { intros i u Hi Hu. unfold Phi, e, rho, H. rewrite Rmult_0_r, !clamp_low by lra. rewrite sum_zero by (intros; ring). ring. }
    destruct (IH d b th (fun t i u => inv u (Phi t i u)) Hind Hpyr Hcol) as [g [sg [Hg [Hg0 [Hsg [Hsg0 [Hsg1 [Hsgr Hout]]]]]]]].
    { intros i u Hi Hu t. apply (continuity_pt_comp (fun t => Phi t i u) (inv u)); [apply HPc, Hi|].
      destruct (HPv t i u Hi Hu) as [z Hz]. cbv beta. rewrite <- Hz. apply Hinv, Hu. }
    { intros i u Hi Hu. rewrite HP0 by assumption. unfold F. apply Hinv, Hu. }
    fold P in Hg0.
    set (base := fun k => sum d (fun u => cc u * th (P + ((k - P - q * d) * d + u))%nat)).
    exists (fun t k => if (k <? P)%nat then g t k else if (k <? P + q * d)%nat then th k * / e (sg t) else th k + (1 - / e (sg t)) * base k), (fun t => rho (sg t)).
    assert (Hne : forall t, e t <> 0) by (intros t; generalize (Heb t); lra).
    assert (Hic : continuity (fun t => / e (sg t))).
    { apply (continuity_inv (fun t => e (sg t))); [apply (continuity_comp sg e Hsg Hecont)|intros t; apply Hne]. }
    split; [|split; [|split; [|split; [|split; [|split]]]]].
    + intros k. destruct (k <? P)%nat; [apply Hg|]. destruct (k <? P + q * d)%nat.
      * apply (continuous_scal (th k) (fun t => / e (sg t)) Hic).
      * apply (continuity_plus (fun _ => th k) (fun t => (1 - / e (sg t)) * base k)); [apply continuous_const|].
        apply (continuity_mult (fun t => 1 - / e (sg t)) (fun _ => base k)); [|apply continuous_const].
        apply (continuity_minus (fun _ => 1) (fun t => / e (sg t))); [apply continuous_const|exact Hic].
    + intros k _. rewrite Hsg0. assert (e1 : e 0 = 1) by (unfold e; rewrite clamp_low by lra; ring). rewrite e1, Rinv_1.
      destruct (Nat.ltb_spec k P); [apply Hg0; assumption|]. destruct (k <? P + q * d)%nat; ring.
    + apply (continuity_comp sg rho Hsg Hrcont).
    + rewrite Hsg0. unfold rho. apply clamp_low. lra.
    + rewrite Hsg1. unfold rho. apply clamp_high. lra.
    + intros t. apply clamp_range.
    + intros t i c Hi Hc. rewrite net_snoc. fold P. set (et := e (sg t)). assert (Het : et <> 0) by apply Hne.
      assert (Hfeat : forall u, (u < d)%nat -> s u (net n (rev r) d b (fun k => if (k <? P)%nat then g t k else if (k <? P
        + q * d)%nat then th k * / et else th k + (1 - / et) * base k) (f i) u)
        = Phi (sg t) i u).
      { intros u Hu. rewrite (net_ext n (rev r) d b _ (g t)) by (solve [exact Hu|intros k Hk; fold P in Hk; destruct (Nat.ltb_spec k P); [reflexivity|lia]]).
        rewrite Hout by assumption. destruct (HPv (sg t) i u Hi Hu) as [z Hz]. rewrite <- Hz. f_equal. apply Hinv, Hu. }
      assert (Hz0 := H0 i c Hi Hc). rewrite net_snoc in Hz0. fold P in Hz0. unfold dense, shift in *.
      rewrite (sum_ext d _ (fun u => / et * (cc u * W u c) + (F i u * W u c + (-1) * (cc u * W u c) + W u c * sum q
        (fun k => (Z (rho (sg t)) i k - Z 0 i k) * Ri k u)))).
      2:{ intros u Hu. rewrite Hfeat by exact Hu. assert (c * d + d <= q * d)%nat by nia.
          destruct (Nat.ltb_spec (P + (c * d + u)) P); [lia|]. destruct (Nat.ltb_spec (P + (c * d + u)) (P + q * d)); [|lia].
          unfold Phi, H, W. fold et. field. exact Het. }
      rewrite sum_plus, sum_plus, sum_plus, !sum_scal.
      assert (HD : sum d (fun u => W u c * sum q (fun k => (Z (rho (sg t)) i k - Z 0 i k) * Ri k u)) = Z (rho (sg t)) i c - Z 0 i c).
      { rewrite (sum_ext d _ (fun u => sum q (fun k => (Z (rho (sg t)) i k - Z 0 i k) * (W u c * Ri k u))))
        by (intros u _; rewrite <- sum_scal; apply sum_ext; intros; ring).
        rewrite sum_swap, (sum_single q _ c Hc).
        - rewrite sum_scal. assert (e1 := HR c Hc c Hc). unfold mulv in e1. rewrite e1, Nat.eqb_refl. ring.
        - intros k Hk ne. rewrite sum_scal. assert (e1 := HR k Hk c Hc). unfold mulv in e1. rewrite e1. destruct (Nat.eqb_spec c k); [congruence|ring]. }
      rewrite HD.
      assert (Hz : Z 0 i c = sum d (fun u => F i u * W u c) + (if bo then th (P + (q * d + c))%nat else 0)) by exact Hz0.
      destruct bo.
      * destruct (Nat.ltb_spec (P + (q * d + c)) P); [lia|]. destruct (Nat.ltb_spec (P + (q * d + c)) (P + q * d)); [lia|].
        assert (eb : base (P + (q * d + c))%nat = sum d (fun u => cc u * W u c)).
        { unfold base, W. replace (P + (q * d + c) - P - q * d)%nat with c by lia. reflexivity. }
        rewrite eb. lra.
      * assert (ez : sum d (fun u => cc u * W u c) = 0) by (apply sum_zero; intros u Hu; rewrite (proj2 (Hcc u Hu) eq_refl); ring).
        rewrite ez. lra.
Qed.
End Lifting.

(* ---------- independent columns are dense ---------- *)
Lemma columns_near d q : (q <= d)%nat -> forall v eps, 0 < eps ->
  exists v', independent d q v' /\ forall c u, (c < q)%nat -> (u < d)%nat -> Rabs (v' c u - v c u) < eps.
Proof.
  induction q as [|q IH]; intros Hq v eps He; [exists v; split; [intros g _ a Ha; lia|intros; lia]|].
  destruct (IH ltac:(lia) v eps He) as [v' [Hind Hnear]].
  (* y is orthogonal to the first q columns; move the next one along it *)
  destruct (kernel q d v' ltac:(lia)) as [y [[j0 [Hj0 Hy0]] Hy]].
  destruct (dir_bound d y) as [B [HB Hb]].
  assert (Hyy : 0 < sum d (fun u => y u * y u)).
  { assert (H : 0 <= sum d (fun u => y u * y u)) by (apply sum_nonneg; intros k _; generalize (Rle_0_sqr (y k)); unfold Rsqr; lra).
    destruct (Req_dec (sum d (fun u => y u * y u)) 0) as [e|]; [exfalso; apply Hy0, (sum_squares_zero d y e j0 Hj0)|lra]. }
  set (vy := sum d (fun u => v q u * y u)).
  assert (Ht : exists t, Rabs t < eps / B /\ vy + t * sum d (fun u => y u * y u) <> 0).
  { assert (Hd : 0 < eps / B) by (apply Rdiv_lt_0_compat; lra). destruct (Req_dec vy 0) as [e|ne].
    - exists (eps / B / 2). split; [rewrite Rabs_pos_eq; lra|]. rewrite e. apply Rgt_not_eq. rewrite Rplus_0_l. apply Rmult_lt_0_compat; lra.
    - exists 0. split; [rewrite Rabs_R0; lra|]. lra. }
  destruct Ht as [t [Ht1 Ht2]].
  exists (fun c u => if (c =? q)%nat then v q u + t * y u else v' c u). split.
  - intros g Hg. simpl in Hg. rewrite Nat.eqb_refl in Hg.
    assert (Hg' : forall i, (i < d)%nat -> sum q (fun a => g a * v' a i) + g q * (v q i + t * y i) = 0).
    { intros i Hi. rewrite <- (Hg i Hi). f_equal. apply sum_ext. intros a Ha. destruct (Nat.eqb_spec a q); [lia|reflexivity]. }
    assert (Hgq : g q = 0).
    { assert (e : sum d (fun i => (sum q (fun a => g a * v' a i) + g q * (v q i + t * y i)) * y i) = 0)
        by (apply sum_zero; intros i Hi; rewrite Hg' by exact Hi; ring).
      rewrite (sum_ext d _ (fun i => sum q (fun a => g a * (v' a i * y i)) + (g q * (v q i * y i) + g q * t * (y i * y i)))) in e.
      2:{ intros i _. rewrite Rmult_plus_distr_r, Rmult_comm, <- sum_scal. f_equal; [apply sum_ext; intros; ring|ring]. }
      rewrite sum_plus, sum_plus, !sum_scal, sum_swap in e.
      rewrite (sum_zero q) in e by (intros a Ha; rewrite sum_scal; assert (e1 := Hy a Ha); unfold mulv in e1; rewrite e1; ring).
      fold vy in e. assert (e2 : g q * (vy + t * sum d (fun u => y u * y u)) = 0) by lra.
      destruct (Rmult_integral _ _ e2); [assumption|contradiction]. }
    intros a Ha. destruct (Nat.eq_dec a q) as [->|ne]; [exact Hgq|].
    apply (Hind g); [|lia]. intros i Hi. generalize (Hg' i Hi). rewrite Hgq. lra.
  - intros c u Hc Hu. destruct (Nat.eqb_spec c q) as [->|ne].
    + replace (v q u + t * y u - v q u) with (t * y u) by ring. rewrite Rabs_mult. specialize (Hb u Hu).
      apply Rle_lt_trans with (Rabs t * B); [apply Rmult_le_compat_l; [apply Rabs_pos|lra]|].
      apply Rlt_le_trans with (eps / B * B); [apply Rmult_lt_compat_r; assumption|right; field; lra].
    + apply Hnear; [lia|exact Hu].
Qed.

Lemma full_columns_ext n lr : forall q bo th th', (forall k, (k < params n (rev lr) q bo)%nat -> th k = th' k) -> full_columns n lr q th -> full_columns n lr q th'.
Proof.
  induction lr as [|[[d b] s] r IH]; intros q bo th th' He H; simpl in *; [exact I|]. rewrite params_snoc in He. destruct H as [H Hr]. split.
  - intros g Hg. apply H. intros i Hi. rewrite <- (Hg i Hi). apply sum_ext. intros c Hc. f_equal. apply He.
    unfold dsize. assert (c * d + d <= q * d)%nat by nia. lia.
  - apply (IH d b th th'); [|exact Hr]. intros k Hk. apply He. lia.
Qed.
Theorem columns_dense n lr : forall q bo th eps, pyramid lr q bo -> 0 < eps ->
  exists th', full_columns n lr q th' /\ forall k, Rabs (th' k - th k) < eps.
Proof.
  induction lr as [|[[d b] s] r IH]; intros q bo th eps Hp He; simpl in *.
  - exists th. split; [exact I|]. intros k. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
  - destruct Hp as [Hq [_ Hp]]. destruct (IH d b th eps Hp He) as [th1 [H1 Hn1]]. set (P := params n (rev r) d b).
    destruct (columns_near d q Hq (fun c u => th (P + (c * d + u))%nat) eps He) as [v [Hv Hvn]].
    exists (fun k => if (k <? P)%nat then th1 k else if (k <? P + q * d)%nat then v ((k - P) / d)%nat ((k - P) mod d) else th k). split.
    + fold P. split.
      * intros g Hg. apply Hv. intros u Hu. rewrite <- (Hg u Hu). apply sum_ext. intros c Hc. f_equal.
        assert (c * d + d <= q * d)%nat by nia. destruct (Nat.ltb_spec (P + (c * d + u)) P); [lia|].
        destruct (Nat.ltb_spec (P + (c * d + u)) (P + q * d)); [|lia]. replace (P + (c * d + u) - P)%nat with (u + c * d)%nat by lia.
        rewrite Nat.div_add, Nat.mod_add, Nat.div_small, Nat.mod_small by lia. reflexivity.
      * apply (full_columns_ext n r d b th1); [|exact H1]. intros k Hk. fold P in Hk. destruct (Nat.ltb_spec k P); [reflexivity|lia].
    + intros k. destruct (Nat.ltb_spec k P); [apply Hn1|]. destruct (Nat.ltb_spec k (P + q * d)).
      * assert (Hd : d <> 0%nat) by nia. assert (e := Nat.div_mod (k - P) d Hd).
        assert (Hm := Nat.mod_upper_bound (k - P) d Hd). assert (Hdiv : ((k - P) / d < q)%nat) by (apply Nat.div_lt_upper_bound; [exact Hd|nia]).
        replace (th k) with (th (P + ((k - P) / d * d + (k - P) mod d))%nat) by (f_equal; lia). apply Hvn; assumption.
      * rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
Qed.

(* ---------- losses ---------- *)
(* continuous in the outputs *)
Definition continuous_loss (N q : nat) (L : (nat -> nat -> R) -> R) : Prop := forall O eps, 0 < eps -> exists d, 0 < d /\
  forall O', (forall i c, (i < N)%nat -> (c < q)%nat -> Rabs (O' i c - O i c) < d) -> Rabs (L O' - L O) < eps.

(* sums over samples of functions that are continuous in the q outputs *)
Lemma samples_continuous N q l : (forall i u, (i < N)%nat -> continuous_at q (l i) u) -> continuous_loss N q (samples N l).
Proof.
  intros Hl O. unfold samples. induction N as [|N IH]; intros eps He; simpl.
  - exists 1. split; [lra|]. intros O' _. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
  - destruct (IH (fun i u Hi => Hl i u (Nat.lt_lt_succ_r _ _ Hi)) (eps / 2) ltac:(lra)) as [d [Hd H]].
    destruct (Hl N (O N) (Nat.lt_succ_diag_r N) (eps / 2) ltac:(lra)) as [d' [Hd' H']].
    exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|]. intros O' HO.
    assert (A : Rabs (sum N (fun i => l i (O' i)) - sum N (fun i => l i (O i))) < eps / 2).
    { apply H. intros i c Hi Hc. apply Rlt_le_trans with (Rmin d d'); [apply HO; [lia|exact Hc]|apply Rmin_l]. }
    assert (B : Rabs (l N (O N) - l N (O' N)) < eps / 2).
    { apply H'; [exact I|]. intros c Hc. rewrite Rabs_minus_sym. apply Rlt_le_trans with (Rmin d d'); [apply HO; [lia|exact Hc]|apply Rmin_r]. }
    replace (sum N (fun i => l i (O' i)) + l N (O' N) - (sum N (fun i => l i (O i)) + l N (O N)))
      with ((sum N (fun i => l i (O' i)) - sum N (fun i => l i (O i))) + - (l N (O N) - l N (O' N))) by ring.
    eapply Rle_lt_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra.
Qed.
Lemma cont_minus P f g x : continuous_at P f x -> continuous_at P g x -> continuous_at P (fun y => f y - g y) x.
Proof.
  intros Hf Hg. apply (cont_ext P x (fun y => f y + (-1) * g y)); [intros y; ring|]. apply cont_plus; [exact Hf|apply cont_scal, Hg].
Qed.
Lemma cont_exp P f x : continuous_at P f x -> continuous_at P (fun y => exp (f y)) x.
Proof. intros Hf. apply (cont_comp P x exp); [apply derivable_continuous_pt, derivable_pt_exp|exact Hf]. Qed.
Lemma cont_ln P f x : 0 < f x -> continuous_at P f x -> continuous_at P (fun y => ln (f y)) x.
Proof.
  intros Hp Hf. apply (cont_comp P x ln); [|exact Hf]. apply derivable_continuous_pt. exists (/ f x). apply derivable_pt_lim_ln, Hp.
Qed.
Lemma cont_product P q (y : nat -> R) x : (q <= P)%nat -> continuous_at P (fun f => sum q (fun c => y c * f c)) x.
Proof. intros Hq. apply (cont_sum P x q (fun c f => y c * f c)). intros c Hc. apply cont_scal, cont_coord. lia. Qed.
Theorem hse_continuous N q Y : continuous_loss N q (samples N (fun i => hse q (Y i))).
Proof.
  apply samples_continuous. intros i u _. unfold hse. apply (cont_ext q u (fun f => / 2 * sum q (fun c => (f c - Y i c) * (f c - Y i c)))).
  - intros f. unfold Rdiv. rewrite Rmult_comm. f_equal. apply sum_ext. intros. ring.
  - apply cont_scal. apply (cont_sum q u q (fun c f => (f c - Y i c) * (f c - Y i c))). intros c Hc. apply (cont_square q u (fun f => f c - Y i c)).
    apply cont_minus; [apply cont_coord, Hc|apply cont_const].
Qed.
Theorem logistic_continuous N y : continuous_loss N 1 (samples N (fun i => logistic (y i))).
Proof.
  apply samples_continuous. intros i u _. unfold logistic. apply cont_ln; [generalize (exp_pos (- y i * u 0%nat)); lra|].
  apply cont_plus; [apply cont_const|]. apply cont_exp, cont_scal, cont_coord. lia.
Qed.
Lemma exps_positive K (f : nat -> R) : (0 < K)%nat -> 0 < sum K (fun c => exp (f c)).
Proof.
  induction K as [|K IH]; intros HK; [lia|]. simpl. assert (H := exp_pos (f K)). destruct (Nat.eq_dec K 0) as [->|]; [simpl; lra|].
  specialize (IH ltac:(lia)). lra.
Qed.
Theorem cross_entropy_continuous N K Y : (0 < K)%nat -> continuous_loss N K (samples N (fun i => cross_entropy K (Y i))).
Proof.
  intros HK. apply samples_continuous. intros i u _. unfold cross_entropy. apply cont_minus; [|apply cont_product; lia].
  apply cont_ln; [apply exps_positive, HK|]. apply (cont_sum K u K (fun c f => exp (f c))). intros c Hc. apply cont_exp, cont_coord, Hc.
Qed.
Theorem multinomial_continuous N K Y : continuous_loss N K (samples N (fun i => multinomial K (Y i))).
Proof.
  apply samples_continuous. intros i u _. unfold multinomial. apply cont_minus; [|apply cont_product; lia].
  apply cont_ln.
  - assert (0 <= sum K (fun c => exp (u c))); [|lra]. apply sum_nonneg. intros. left. apply exp_pos.
  - apply cont_plus; [apply cont_const|]. apply (cont_sum K u K (fun c f => exp (f c))). intros c Hc. apply cont_exp, cont_coord, Hc.
Qed.

(* Equal inputs. Sample i has the input x (which i), one of M: the loss is one of M samples, a function of the outputs at these, and convex and continuous if
   it was. So all theorems below hold with the number of different inputs for N. *)
Definition merged (L : (nat -> nat -> R) -> R) (which : nat -> nat) (O : nat -> nat -> R) : R := L (fun i => O (which i)).
Theorem merged_loss n ls q bo N X L M x which : local N q L ->
  (forall i, (i < N)%nat -> (which i < M)%nat /\ forall j, (j < n)%nat -> X i j = x (which i) j) ->
  local M q (merged L which) /\ (convex L -> convex (merged L which)) /\ (continuous_loss N q L -> continuous_loss M q (merged L which)) /\
  loss n ls q bo X L = loss n ls q bo x (merged L which).
Proof.
  intros HL Hw. split; [|split; [|split]].
  - intros O O' H. apply HL. intros i c Hi Hc. apply H; [apply Hw, Hi|exact Hc].
  - intros HC O O' t Ht. apply (HC (fun i => O (which i)) (fun i => O' (which i)) t Ht).
  - intros HC O eps He. destruct (HC (fun i => O (which i)) eps He) as [d [Hd H]]. exists d. split; [exact Hd|].
    intros O' HO. apply H. intros i c Hi Hc. apply HO; [apply Hw, Hi|exact Hc].
  - apply functional_extensionality. intros th. apply HL. intros i c Hi Hc. unfold net. apply dense_ext; [exact Hc|reflexivity|].
    apply feat_ext; [reflexivity|]. apply Hw, Hi.
Qed.

(* ---------- networks ---------- *)
Section Network.
Variables (n : nat) (l1 l2 : list layer) (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Hypothesis L_convex : convex L.
Hypothesis L_continuous : continuous_loss N q L.
Hypothesis activations_continuous : continuous_layers (l1 ++ l2).
Hypothesis shape : pyramid (rev l2) q bo.
Let P := params n (l1 ++ l2) q bo.
Let E := loss n (l1 ++ l2) q bo X L.
Let off := size n l1.
Let m := width n l1.
Let P2 := params m l2 q bo.
(* rows of what enters l2 are independent: the layer has rank N *)
Definition full_rank (th : vec) : Prop := independent (width n l1 + b2n (next_bias l2 bo)) N (fun i => entering n X l1 th i).

Lemma P_parts : P = (off + P2)%nat.
Proof. unfold P, P2, params, off, m. rewrite size_app, width_app. lia. Qed.
Lemma net_parts th x : net n (l1 ++ l2) q bo th x = net m l2 q bo (shift off th) (feat n l1 th x).
Proof. unfold net, m, off. rewrite feat_app, width_app, size_app, shift_shift. reflexivity. Qed.

Lemma loss_continuous th : continuous_at P E th.
Proof.
  intros eps He. destruct (L_continuous (fun i c => net n (l1 ++ l2) q bo th (X i) c) eps He) as [d [Hd H]].
  assert (Hr : exists r, 0 < r /\ forall i c, (i < N)%nat -> (c < q)%nat -> forall y, close P r th y
    -> Rabs (net n (l1 ++ l2) q bo y (X i) c - net n (l1 ++ l2) q bo th (X i) c) < d).
  { destruct (common_bound N q (fun i c B => 0 < B /\ forall y, close P (/ B) th y
    -> Rabs (net n (l1 ++ l2) q bo y (X i) c - net n (l1 ++ l2) q bo th (X i) c) < d)) as [B [HB HQ]].
    - intros i c B B' [HB HQ] Hle. split; [lra|]. intros y Hy. apply HQ. apply close_le with (2 := Hy). apply Rinv_le_contravar; lra.
    - intros i c Hi Hc. destruct (cont_net P th n (l1 ++ l2) q bo (X i) c activations_continuous (le_n P) Hc d Hd) as [r [Hr Hy]].
      exists (/ r). split; [apply Rinv_0_lt_compat, Hr|]. intros y Hcl. rewrite Rinv_inv in Hcl. rewrite Rabs_minus_sym. apply Hy; [exact I|exact Hcl].
    - exists (/ B). split; [apply Rinv_0_lt_compat, HB|]. intros i c Hi Hc. apply HQ; assumption. }
  destruct Hr as [r [Hr Hy]]. exists r. split; [exact Hr|]. intros y _ Hcl. rewrite Rabs_minus_sym. apply H.
  intros i c Hi Hc. apply Hy; assumption.
Qed.

(* from a point with independent rows *)
Lemma from_full_rank th eta u : full_rank th -> 0 < eta -> exists y, leads P E (E th + eta) th y /\ E y <= E u + eta.
Proof.
  intros Hf He. assert (Hr : reads P E) by (apply loss_reads with N, L_local).
  destruct (small_move P E th eta (loss_continuous th) He) as [dl [Hdl Hmove]].
  destruct (columns_dense m (rev l2) q bo (shift off th) dl shape Hdl) as [tail [Hcol Hnear]].
  set (th' := fun k => if (k <? off)%nat then th k else tail (k - off)%nat).
  assert (Hcl : close P dl th th').
  { intros k _. unfold th'. destruct (Nat.ltb_spec k off); [rewrite Rminus_diag_eq, Rabs_R0 by reflexivity; exact Hdl|].
    rewrite Rabs_minus_sym. replace (th k) with (shift off th (k - off)%nat); [apply Hnear|]. unfold shift. f_equal. lia. }
  assert (Hlead := Hmove th' Hcl). assert (Hend := leads_end P E _ _ _ Hr Hlead).
  destruct (Rle_lt_dec (E th') (E u)) as [Hle|Hlt]; [exists th'; split; [exact Hlead|lra]|].
  (* the segment of outputs from th' to u *)
  set (O := fun (w : vec) i c => net n (l1 ++ l2) q bo w (X i) c).
  set (Z := fun (t : R) (i c : nat) => (1 - t) * O th' i c + t * O u i c).
  assert (Hfeat : forall w i j, (forall k, (k < off)%nat -> w k = th k) -> (j < m)%nat -> feat n l1 w (X i) j = feat n l1 th (X i) j).
  { intros w i j Hw Hj. apply feat_ext; [exact Hw|reflexivity|exact Hj]. }
  assert (Hbefore : forall k, (k < off)%nat -> th' k = th k) by (intros k Hk; unfold th'; destruct (Nat.ltb_spec k off); [reflexivity|lia]).
  assert (Hnet : forall w g, (forall k, (k < off)%nat -> w k = th k) -> (forall k, (k < P2)%nat -> w (off + k)%nat = g k) -> forall i c, (c < q)%nat ->
    O w i c = net m l2 q bo g (feat n l1 th (X i)) c).
  { intros w g Hw Hg i c Hc. unfold O. rewrite net_parts. rewrite (net_ext m l2 q bo (shift off w) g) by (solve [exact Hc|intros k Hk; apply Hg, Hk]).
    unfold net. apply dense_ext; [exact Hc|reflexivity|]. apply feat_ext; [reflexivity|]. intros j Hj. apply Hfeat; assumption. }
  destruct (lifting m N (fun i => feat n l1 th (X i)) (rev l2) q bo tail Z) as [g [sg [Hg [Hg0 [Hsg [Hsg0 [Hsg1 [Hsgr Hout]]]]]]]].
  - rewrite rev_involutive. exact Hf.
  - exact shape.
  - exact Hcol.
  - intros i c _ _. unfold Z. apply (continuity_plus (fun t => (1 - t) * O th' i c) (fun t => t * O u i c)).
    + apply (continuity_mult (fun t => 1 - t) (fun _ => O th' i c)); [|apply continuous_const].
      apply (continuity_minus (fun _ => 1) (fun t => t)); [apply continuous_const|apply continuous_id].
    + apply (continuity_mult (fun t => t) (fun _ => O u i c)); [apply continuous_id|apply continuous_const].
  - intros i c _ Hc. rewrite rev_involutive. unfold Z. rewrite <- (Hnet th' tail Hbefore) by
      (solve [exact Hc|intros k _; unfold th'; destruct (Nat.ltb_spec (off + k) off); [lia|f_equal; lia]]). ring.
  - rewrite rev_involutive in Hg0, Hout. fold P2 in Hg0.
    set (G := fun (t : R) (k : nat) => if (k <? off)%nat then th' k else g t (k - off)%nat).
    assert (HO : forall t i c, (i < N)%nat -> (c < q)%nat -> O (G t) i c = Z (sg t) i c).
    { intros t i c Hi Hc. rewrite <- Hout by assumption. apply Hnet; [| |exact Hc].
      - intros k Hk. unfold G. destruct (Nat.ltb_spec k off); [apply Hbefore, Hk|lia].
      - intros k _. unfold G. destruct (Nat.ltb_spec (off + k) off); [lia|f_equal; lia]. }
    assert (HEG : forall t, E (G t) = L (Z (sg t))) by (intros t; apply L_local; intros i c Hi Hc; apply (HO t i c Hi Hc)).
    exists (G 1). split.
    + apply leads_trans with th'; [exact Hlead|]. exists G. split; [|split; [|split; [reflexivity|]]].
      * apply curve_coordinates. intros k _. unfold G. destruct (k <? off)%nat; [apply continuous_const|apply Hg].
      * intros k Hk. unfold G, th'. destruct (Nat.ltb_spec k off); [reflexivity|]. apply Hg0. rewrite P_parts in Hk. lia.
      * intros t _. rewrite HEG. assert (Hs := Hsgr t).
        assert (Hc : L (Z (sg t)) <= (1 - sg t) * L (O th') + sg t * L (O u)) by (apply L_convex, Hs).
        change (L (O th')) with (E th') in Hc. change (L (O u)) with (E u) in Hc.
        assert (sg t * E u <= sg t * E th') by (apply Rmult_le_compat_l; lra). lra.
    + rewrite HEG, Hsg1. assert (e : L (Z 1) = E u); [|lra]. apply L_local. intros i c _ _. unfold Z, O. ring.
Qed.

(* Rule 4.8 (A3): independent rows are dense. Kernel: NoBadValleyStep. *)
Theorem dense_rank_no_bad_valley :
  (forall th eps, 0 < eps -> exists th', close off eps th th' /\ full_rank th') -> no_bad_valley P E.
Proof.
  intros Hdense. assert (Hr : reads P E) by (apply loss_reads with N, L_local). apply no_bad_valley_leads; [exact Hr|].
  intros th eta u He. destruct (small_move P E th (eta / 2) (loss_continuous th) ltac:(lra)) as [d [Hd Hmove]].
  destruct (Hdense th d Hd) as [w [Hw Hf]]. set (th' := fun k => if (k <? off)%nat then w k else th k).
  assert (Hcl : close P d th th').
  { intros k _. unfold th'. destruct (Nat.ltb_spec k off); [apply Hw; assumption|]. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact Hd. }
  assert (Hlead := Hmove th' Hcl). assert (Hend := leads_end P E _ _ _ Hr Hlead).
  assert (Hf' : full_rank th').
  { intros g Hg. apply Hf. intros j Hj. rewrite <- (Hg j Hj). apply sum_ext. intros i _. f_equal. unfold entering, aug.
    destruct (Nat.ltb_spec j (width n l1)); [|reflexivity]. apply feat_ext; [|reflexivity|assumption].
    intros k Hk. unfold th'. fold off in Hk. destruct (Nat.ltb_spec k off); [reflexivity|lia]. }
  destruct (from_full_rank th' (eta / 2) u Hf' ltac:(lra)) as [y [Hy Hle]].
  exists y. split; [|lra]. apply leads_trans with th'; [apply leads_weaken with (2 := Hlead); lra|apply leads_weaken with (2 := Hy); lra].
Qed.
End Network.

(* ---------- one layer of units with one activation: the rank can be raised, on a path of equal loss ---------- *)
Lemma independent_at_most N r v : independent N r v -> (r <= N)%nat.
Proof.
  intros H. destruct (Nat.le_gt_cases r N) as [|Hlt]; [assumption|exfalso].
  destruct (kernel N r (fun i a => v a i) Hlt) as [g [[a [Ha Hne]] Hg]]. apply Hne, (H g); [|exact Ha].
  intros i Hi. rewrite <- (Hg i Hi). apply sum_ext. intros. ring.
Qed.
Lemma independent_more N r v y : independent N r v -> ~ (exists g, forall i, (i < N)%nat -> y i = sum r (fun a => g a * v a i)) ->
  independent N (S r) (fun a => if (a =? r)%nat then y else v a).
Proof.
  intros Hv Hy g Hg. assert (Hg' : forall i, (i < N)%nat -> sum r (fun a => g a * v a i) + g r * y i = 0).
  { intros i Hi. rewrite <- (Hg i Hi). simpl. rewrite Nat.eqb_refl. f_equal. apply sum_ext. intros a Ha. destruct (Nat.eqb_spec a r); [lia|reflexivity]. }
  assert (Hr : g r = 0).
  { destruct (Req_dec (g r) 0) as [|ne]; [assumption|exfalso]. apply Hy. exists (fun a => - / g r * g a). intros i Hi.
    rewrite (sum_ext r _ (fun a => - / g r * (g a * v a i))) by (intros; ring). rewrite sum_scal.
    replace (sum r (fun a => g a * v a i)) with (- (g r * y i)) by (generalize (Hg' i Hi); lra). field. exact ne. }
  intros a Ha. destruct (Nat.eq_dec a r) as [->|ne]; [exact Hr|]. apply (Hv g); [|lia]. intros i Hi. generalize (Hg' i Hi). rewrite Hr. lra.
Qed.

(* the next layer moves by D, and what enters it is taken to 0 by D *)
Lemma kernel_direction n l1 l2 q bo N X L th D : local N q L ->
  (forall i c, (i < N)%nat -> (c < next_width l2 q)%nat -> mulm (width n l1 + b2n (next_bias l2 bo)) (entering n X l1 th) D i c = 0) ->
  forall t, loss n (l1 ++ l2) q bo X L
    (line th (dir (width n l1 + b2n (next_bias l2 bo)) (next_width l2 q) (didx (size n l1) (width n l1) (next_width l2 q)) D) t) = loss n (l1 ++ l2) q bo X L th.
Proof.
  intros HL HD t. destruct l2 as [|[[d b] s] l2]; simpl in *.
  - rewrite app_nil_r, !(Networks.E_eq n l1 q bo N X L HL). apply HL. intros i c Hi Hc.
    rewrite (mulm_line (params n l1 q bo) N _ q _ (didx_inj (size n l1) (width n l1) q bo) _ (Networks.F_ext n l1 q bo N X)) by assumption.
    unfold entering in HD. rewrite HD by assumption. ring.
  - rewrite !(WideTheorem.E_eq n l1 d b s l2 q bo N X L HL). symmetry.
    apply (WideTheorem.G_ext n l1 d b s l2 q bo N L HL); [apply line_agree|]. intros i c Hi Hc.
    rewrite (mulm_line (params n (l1 ++ (d, b, s) :: l2) q bo) N _ d _ (didx_inj (size n l1) (width n l1) d b) _ (WideTheorem.F_ext n l1 d b s l2 q bo N
      X)) by assumption.
    unfold entering in HD. rewrite HD by assumption. ring.
Qed.
(* a unit of the first layer that nothing takes: its incoming weights are free *)
Lemma first_layer_idle n d b s l2 q bo x y u : (u < d)%nat -> (forall c, (c < next_width l2 q)%nat -> x (dsize n d b + (c * d + u))%nat = 0) ->
  (forall k, (forall j, (j < n + b2n b)%nat -> k <> didx 0 n d j u) -> x k = y k) -> idle_move n ((d, b, s) :: l2) q bo x y.
Proof.
  intros Hu Hout Hxy. simpl. split.
  - intros u' Hu' Hl. assert (ne : u' <> u).
    { intros ->. revert Hl. apply zero_outgoing_not_live. intros c Hc. apply Hout, Hc. }
    assert (Hne : forall j j', (j < n + b2n b)%nat -> (j' < n + b2n b)%nat -> didx 0 n d j u' <> didx 0 n d j' u).
    { intros j j' Hj Hj' e. destruct (didx_inj 0 n d b j u' j' u Hj Hu' Hj' Hu e). contradiction. }
    split; [intros j Hj|intros ->]; apply Hxy; intros j' Hj'.
    + specialize (Hne j j' ltac:(lia) Hj'). unfold didx in Hne at 1. destruct (Nat.ltb_spec j n); [exact Hne|lia].
    + specialize (Hne n j' ltac:(simpl; lia) Hj'). unfold didx in Hne at 1. rewrite Nat.ltb_irrefl in Hne. exact Hne.
  - apply same_outside_idle. intros k _. unfold shift. apply Hxy. intros j Hj. generalize (didx_lt' 0 n d b j u Hj Hu). simpl. lia.
Qed.

Section OneLayer.
Variables (n d : nat) (b : bool) (s : R -> R) (l2 : list layer) (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Let l1 : list layer := [(d, b, fun _ => s)].
Let P := params n (l1 ++ l2) q bo.
Let E := loss n (l1 ++ l2) q bo X L.
Let bias := next_bias l2 bo.
Let h := (d + b2n bias)%nat.
Let q2 := next_width l2 q.
Let off := size n l1.
Hypothesis wide_enough : (N <= h)%nat.

(* what a unit with incoming weights v, its bias last, gives at sample i *)
Definition unit_value (v : nat -> R) (i : nat) : R := s (mulv (n + b2n b) (aug n (X i)) v).
(* r columns of what enters the next layer are independent, the column of ones among them if there is one *)
Definition has_columns (th : vec) (r : nat) (col : nat -> nat) : Prop := (forall a, (a < r)%nat -> (col a < h)%nat) /\
  independent N r (fun a i => entering n X l1 th i (col a)) /\ (bias = true -> exists a, (a < r)%nat /\ col a = d).
Definition in_span (th : vec) (r : nat) (col : nat -> nat) (y : nat -> R) : Prop :=
  exists g, forall i, (i < N)%nat -> y i = sum r (fun a => g a * entering n X l1 th i (col a)).

Lemma entering_unit th i u : (u < d)%nat -> entering n X l1 th i u = unit_value (fun j => th (didx 0 n d j u)) i.
Proof.
  intros Hu. unfold entering, aug. simpl. destruct (Nat.ltb_spec u d); [|lia]. unfold unit_value. f_equal.
  change (dense n d b th (X i) u) with (dense n d b (shift 0 th) (X i) u). apply (dense_mulm 0 n d b th (X i) u Hu).
Qed.
Lemma entering_bias th i : entering n X l1 th i d = 1.
Proof. unfold entering, aug. simpl. rewrite Nat.ltb_irrefl. reflexivity. Qed.
Lemma off_is : off = dsize n d b.
Proof. unfold off, l1. simpl. lia. Qed.

Lemma unused_unit r col : (r < h)%nat -> (forall a, (a < r)%nat -> (col a < h)%nat) -> (bias = true -> exists a, (a < r)%nat /\ col a = d) ->
  exists u, (u < d)%nat /\ forall a, (a < r)%nat -> col a <> u.
Proof.
  intros Hr Hcol Hb. apply NNPP. intros Hn.
  assert (Hall : forall j, (j < h)%nat -> exists a, (a < r)%nat /\ col a = j).
  { intros j Hj. destruct (Nat.lt_ge_cases j d) as [Hlt|Hge].
    - apply NNPP. intros Hnj. apply Hn. exists j. split; [exact Hlt|]. intros a Ha e. apply Hnj. exists a. split; assumption.
    - unfold h in Hj. destruct bias; simpl in Hj; [|lia]. replace j with d by lia. apply Hb. reflexivity. }
  destruct (choose_below nat 0%nat h (fun j a => (a < r)%nat /\ col a = j) Hall) as [f Hf].
  assert (Hnd : NoDup (map f (seq 0 h))).
  { assert (Hi : forall l, (forall j, In j l -> (j < h)%nat) -> NoDup l -> NoDup (map f l)).
    { induction l as [|j l IH]; intros Hl Hnl; simpl; [constructor|]. inversion Hnl as [|? ? Hj Hnl']; subst. constructor.
      - intros Hin. apply in_map_iff in Hin. destruct Hin as [j' [e Hj']]. apply Hj.
        assert (e' : j' = j).
        { transitivity (col (f j')); [symmetry; apply Hf, Hl; right; exact Hj'|]. rewrite e. apply Hf, Hl. left. reflexivity. }
        rewrite <- e'. exact Hj'.
      - apply IH; [intros j' Hj'; apply Hl; right; exact Hj'|exact Hnl']. }
    apply Hi; [intros j Hj; apply in_seq in Hj; lia|apply seq_NoDup]. }
  assert (Hincl : incl (map f (seq 0 h)) (seq 0 r)).
  { intros a Ha. apply in_map_iff in Ha. destruct Ha as [j [<- Hj]]. apply in_seq in Hj. apply in_seq. destruct (Hf j ltac:(lia)). lia. }
  assert (Hlen := NoDup_incl_length Hnd Hincl). rewrite map_length, !seq_length in Hlen. lia.
Qed.

(* Another column becomes independent, if some incoming weights make one that is outside the span. *)
Lemma raise_rank th r col v : has_columns th r col -> ~ in_span th r col (unit_value v) ->
  exists th' col', leads P E (E th) th th' /\ has_columns th' (S r) col'.
Proof.
  intros [Hcol [Hind Hb]] Hv.
  assert (Hmore := independent_more N r _ _ Hind Hv). assert (HrN := independent_at_most _ _ _ Hmore).
  destruct (unused_unit r col ltac:(lia) Hcol Hb) as [u [Hu Hfree]].
  set (col' := fun a => if (a =? r)%nat then u else col a).
  assert (Hcol' : forall a, (a < S r)%nat -> (col' a < h)%nat).
  { intros a Ha. unfold col', h. destruct (Nat.eqb_spec a r); [lia|apply Hcol; lia]. }
  assert (Hb' : bias = true -> exists a, (a < S r)%nat /\ col' a = d).
  { intros e. destruct (Hb e) as [a [Ha e']]. exists a. split; [lia|]. unfold col'. destruct (Nat.eqb_spec a r); [lia|exact e']. }
  destruct (classic (in_span th r col (fun i => entering n X l1 th i u))) as [[g Hg]|Hout].
  2:{ exists th, col'. split; [apply leads_refl; lra|]. split; [exact Hcol'|]. split; [|exact Hb'].
      assert (H := independent_more N r _ _ Hind Hout). intros w Hw. apply H. intros i Hi. rewrite <- (Hw i Hi). apply sum_ext. intros a Ha.
      unfold col'. destruct (a =? r)%nat; reflexivity. }
  (* unit u becomes idle, others take over *)
  set (idx := didx off d q2). set (V := fun c => th (idx u c)).
  set (D := fun j c => (if (j =? u)%nat then - V c else 0) + sum r (fun a => if (col a =? j)%nat then g a * V c else 0)).
  assert (HD : forall i c, (i < N)%nat -> (c < q2)%nat -> mulm h (entering n X l1 th) D i c = 0).
  { intros i c Hi Hc. unfold mulm, mulv, D.
    rewrite (sum_ext h _ (fun j => entering n X l1 th i j * (if (j =? u)%nat then - V c else 0) + entering n X l1 th i j * sum r
      (fun a => if (col a =? j)%nat then g a * V c else 0)))
      by (intros; ring).
    rewrite sum_plus. rewrite (sum_single h (fun j => entering n X l1 th i j * (if (j =? u)%nat then - V c else 0)) u).
    - rewrite Nat.eqb_refl, (Hg i Hi). change (sum h (fun j => entering n X l1 th i j * sum r (fun a => if (col a =? j)%nat then g a * V c else 0)))
        with (mulv h (entering n X l1 th i) (fun j => sum r (fun a => if (col a =? j)%nat then (fun a => g a * V c) a else 0))).
      rewrite spread_columns by exact Hcol. unfold mulv.
      rewrite (sum_ext r (fun j => entering n X l1 th i (col j) * (g j * V c)) (fun a => V c * (g a * entering n X l1 th i (col a)))) by (intros; ring).
      rewrite sum_scal. ring.
    - unfold h. lia.
    - intros j _ ne. destruct (Nat.eqb_spec j u); [contradiction|ring]. }
  set (y1 := line th (dir h q2 idx D) 1).
  assert (H1 : leads P E (E th) th y1).
  { apply leads_segment. intros t _. right.
    assert (e : line th (minus y1 th) t = line th (dir h q2 idx D) t).
    { apply functional_extensionality. intros k. unfold y1, line, minus. ring. }
    rewrite e. unfold E, h, idx, q2. apply (kernel_direction n l1 l2 q bo N X L th D L_local HD). }
  assert (HE1 : E y1 = E th) by (apply (kernel_direction n l1 l2 q bo N X L th D L_local HD 1)).
  assert (Hbefore : forall k, (k < off)%nat -> y1 k = th k).
  { intros k Hk. unfold y1, line. rewrite dir_out; [ring|]. intros j c _ _ e. generalize (didx_ge off d q2 j c). fold idx. lia. }
  assert (Hidle : forall c, (c < q2)%nat -> y1 (dsize n d b + (c * d + u))%nat = 0).
  { intros c Hc. assert (e : (dsize n d b + (c * d + u))%nat = idx u c) by (unfold idx, didx; destruct (Nat.ltb_spec u d); [rewrite off_is; lia|lia]).
    rewrite e. unfold y1, line. rewrite (dir_in h q2 idx (didx_inj off d q2 bias)) by (unfold h; lia).
    unfold D. rewrite Nat.eqb_refl, sum_zero; [unfold V; ring|]. intros a Ha.
    destruct (Nat.eqb_spec (col a) u) as [e'|]; [exfalso; exact (Hfree a Ha e')|reflexivity]. }
  (* then it takes the weights v *)
  set (y2 := line y1 (dir (n + b2n b) d (didx 0 n d) (fun j c => if (c =? u)%nat then v j - y1 (didx 0 n d j u) else 0)) 1).
  assert (Hy2in : forall j, (j < n + b2n b)%nat -> y2 (didx 0 n d j u) = v j).
  { intros j Hj. unfold y2, line. rewrite (dir_in (n + b2n b) d (didx 0 n d) (didx_inj 0 n d b)), Nat.eqb_refl by assumption. ring. }
  assert (Hy2out : forall k, (forall j, (j < n + b2n b)%nat -> k <> didx 0 n d j u) -> y1 k = y2 k).
  { intros k Hk. unfold y2, line. destruct (in_block (n + b2n b) d (didx 0 n d) k) as [[j [c [Hj [Hc ->]]]]|Hout].
    - rewrite (dir_in (n + b2n b) d (didx 0 n d) (didx_inj 0 n d b)) by assumption. destruct (Nat.eqb_spec c u) as [->|]; [exfalso; exact (Hk j Hj eq_refl)|ring].
    - rewrite dir_out by exact Hout. ring. }
  assert (H2 : leads P E (E th) y1 y2).
  { apply leads_segment. intros t _. right. rewrite <- HE1. unfold E.
    apply (idle_constant n (l1 ++ l2) q bo N X L y1 y2 L_local). apply (first_layer_idle n d b (fun _ => s) l2 q bo y1 y2 u Hu Hidle Hy2out). }
  exists y2, col'. split; [apply leads_trans with y1; assumption|]. split; [exact Hcol'|]. split; [|exact Hb'].
  intros w Hw. apply Hmore. intros i Hi. rewrite <- (Hw i Hi). apply sum_ext. intros a Ha. f_equal. unfold col'.
  destruct (Nat.eqb_spec a r) as [|ne].
  - rewrite entering_unit by exact Hu. unfold unit_value. f_equal. apply mulv_ext; [reflexivity|]. intros j Hj. symmetry. apply Hy2in, Hj.
  - assert (Ha' : (a < r)%nat) by lia. destruct (Nat.lt_ge_cases (col a) d) as [Hlt|Hge].
    + rewrite !entering_unit by exact Hlt. unfold unit_value. f_equal. apply mulv_ext; [reflexivity|]. intros j Hj.
      rewrite <- Hy2out.
      * symmetry. apply Hbefore. rewrite off_is. apply (didx_lt' 0 n d b j (col a) Hj Hlt).
      * intros j' Hj' e. destruct (didx_inj 0 n d b j (col a) j' u Hj Hlt Hj' Hu e) as [_ e']. exact (Hfree a Ha' e').
    + assert (e : col a = d).
      { generalize (Hcol a Ha'). unfold h. destruct bias; simpl; lia. }
      rewrite e, !entering_bias. reflexivity.
Qed.

(* where to begin *)
Lemma first_columns th : (0 < N)%nat -> exists r col, has_columns th r col.
Proof.
  intros HN. unfold has_columns, h. destruct bias.
  - exists 1%nat, (fun _ => d). split; [intros; simpl; lia|]. split; [|intros _; exists 0%nat; split; [lia|reflexivity]].
    intros g Hg a Ha. replace a with 0%nat by lia. generalize (Hg 0%nat HN). simpl. rewrite entering_bias. lra.
  - exists 0%nat, (fun _ => 0%nat). split; [intros; lia|]. split; [intros g _ a Ha; lia|discriminate].
Qed.
(* If the rank is N for some parameters, from every point a path of equal loss leads to one where it is. *)
Theorem reach_full_rank w : full_rank n l1 l2 bo N X w -> forall th, exists th', leads P E (E th) th th' /\ full_rank n l1 l2 bo N X th'.
Proof.
  intros Hw th. destruct (Nat.eq_dec N 0) as [HN|HN].
  { exists th. split; [apply leads_refl; lra|]. intros g _ a Ha. lia. }
  destruct (first_columns th ltac:(lia)) as [r [col Hc]].
  assert (Hgo : forall k th r col, (N - r <= k)%nat -> has_columns th r col -> exists th', leads P E (E th) th th' /\ full_rank n l1 l2 bo N X th').
  { clear th r col Hc. induction k as [|k IH]; intros th r col Hk Hc.
    - (* N independent columns: the rows are independent *)
      exists th. split; [apply leads_refl; lra|]. destruct Hc as [Hcol [Hind _]].
      assert (HrN := independent_at_most _ _ _ Hind). assert (e : r = N) by lia. subst r.
      intros g Hg. destruct (surj N (fun i a => entering n X l1 th i (col a))) with (y := g) as [v Hv].
      { intros v Hv. apply Hind. intros i Hi. rewrite <- (Hv i Hi). apply sum_ext. intros. ring. }
      assert (e : sum N (fun i => g i * g i) = 0).
      { rewrite (sum_ext N _ (fun i => g i * mulv N (fun a => entering n X l1 th i (col a)) v)) by (intros i Hi; rewrite Hv by exact Hi; reflexivity).
        rewrite (sum_mulv N N g (fun i a => entering n X l1 th i (col a))). apply sum_zero. intros a Ha. rewrite (Hg (col a) (Hcol a Ha)). ring. }
      apply (sum_squares_zero N g e).
    - destruct (Nat.lt_ge_cases r N) as [Hr|Hr]; [|apply (IH th r col); [lia|exact Hc]].
      assert (Hv : exists v, ~ in_span th r col (unit_value v)).
      { destruct Hc as [Hcol [Hind Hb]].
        destruct (kernel r N (fun a i => entering n X l1 th i (col a)) Hr) as [y [[i0 [Hi0 Hy0]] Hy]].
        apply NNPP. intros Hn. apply Hy0. apply (Hw y); [|exact Hi0]. intros j Hj.
        assert (Hspan : in_span th r col (fun i => entering n X l1 w i j)).
        { destruct (Nat.lt_ge_cases j d) as [Hlt|Hge].
          - apply NNPP. intros Hs. apply Hn. exists (fun k => w (didx 0 n d k j)). intros [g Hg]. apply Hs. exists g. intros i Hi.
            rewrite entering_unit by exact Hlt. apply Hg, Hi.
          - assert (Hj' : (j < d + b2n bias)%nat) by exact Hj.
            destruct (Bool.bool_dec bias true) as [eb|eb]; [|apply not_true_is_false in eb; rewrite eb in Hj'; simpl in Hj'; lia].
            rewrite eb in Hj'. simpl in Hj'. destruct (Hb eb) as [a [Ha e]].
            exists (fun c => if (c =? a)%nat then 1 else 0). intros i _. rewrite (sum_single r _ a Ha).
            + rewrite Nat.eqb_refl, e. replace j with d by lia. rewrite !entering_bias. ring.
            + intros c _ ne. destruct (Nat.eqb_spec c a); [contradiction|ring]. }
        destruct Hspan as [g Hg]. rewrite (sum_ext N _ (fun i => sum r (fun a => g a * (entering n X l1 th i (col a) * y i)))).
        - rewrite sum_swap. apply sum_zero. intros a Ha. rewrite sum_scal. assert (e := Hy a Ha). unfold mulv in e. rewrite e. ring.
        - intros i Hi. rewrite (Hg i Hi), <- sum_scal. apply sum_ext. intros. ring. }
      destruct Hv as [v Hv]. destruct (raise_rank th r col v Hc Hv) as [th1 [col1 [H1 Hc1]]].
      destruct (IH th1 (S r) col1 ltac:(lia) Hc1) as [th2 [H2 Hf]]. exists th2. split; [|exact Hf].
      apply leads_trans with th1; [exact H1|]. apply leads_weaken with (2 := H2).
      apply (leads_end P E _ _ _ (loss_reads n (l1 ++ l2) q bo N X L L_local) H1). }
  apply (Hgo N th r col); [lia|exact Hc].
Qed.
End OneLayer.

(* ---------- one hidden layer, any activation: E never rises ---------- *)
Section OneHidden.
Variables (n d : nat) (b : bool) (s : R -> R) (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Hypothesis L_convex : convex L.
Let ls : list layer := [(d, b, fun _ => s)].
Let P := params n ls q bo.
Let E := loss n ls q bo X L.
Hypothesis wide_enough : (N <= d + b2n bo)%nat.

(* no column is outside the span: the output layer alone reaches everything *)
Lemma spans_reach th r col : has_columns n d b s [] bo N X th r col -> (forall v, in_span n d b s N X th r col (unit_value n b s X v)) ->
  reaches_all n ls q bo N X th.
Proof.
  intros [Hcol [_ Hb]] Hspan u. simpl in Hcol, Hb. apply (reach_from_columns n ls q bo N X th (fun i c => net n ls q bo u (X i) c)). intros c Hc.
  set (h := (d + b2n bo)%nat) in *. set (V := fun (w : vec) j => w (didx (size n ls) d q j c)).
  assert (Hg : exists g : nat -> nat -> R, forall j, (j < h)%nat -> forall i, (i < N)%nat ->
    entering n X ls u i j = sum r (fun a => g j a * entering n X ls th i (col a))).
  { apply (choose_below (nat -> R) (fun _ => 0) h (fun j g => forall i, (i < N)%nat -> entering n X ls u i j = sum r (fun a => g a * entering n X ls th i (col a)))).
    intros j Hj. destruct (Nat.lt_ge_cases j d) as [Hlt|Hge].
    - destruct (Hspan (fun k => u (didx 0 n d k j))) as [g Hg]. exists g. intros i Hi. unfold ls.
      rewrite (entering_unit n d b s [] q bo N X wide_enough u i j Hlt). apply Hg, Hi.
    - unfold h in Hj. destruct bo; simpl in Hj; [|lia]. destruct (Hb eq_refl) as [a [Ha e]].
      exists (fun k => if (k =? a)%nat then 1 else 0). intros i _. rewrite (sum_single r _ a Ha).
      + rewrite Nat.eqb_refl, e. replace j with d by lia. unfold ls. rewrite !entering_bias. ring.
      + intros k _ ne. destruct (Nat.eqb_spec k a); [contradiction|ring]. }
  destruct Hg as [g Hg]. set (w := fun a => sum h (fun j => g j a * V u j)).
  exists (fun j => 1 * sum r (fun a => if (col a =? j)%nat then w a else 0) + (-1) * V th j).
  intros i Hi. unfold net. rewrite !dense_mulm by exact Hc. change (width n ls) with d. fold h.
  rewrite mulv_comb. rewrite spread_columns by exact Hcol.
  assert (e : mulv r (fun a => aug d (feat n ls th (X i)) (col a)) w = mulv h (aug d (feat n ls u (X i))) (V u)).
  { unfold mulv, w. rewrite (sum_ext r _ (fun a => sum h (fun j => V u j * (g j a * entering n X ls th i (col a))))).
    - rewrite sum_swap. apply sum_ext. intros j Hj. rewrite sum_scal, <- (Hg j Hj i Hi). unfold entering. change (width n ls) with d. ring.
    - intros a _. rewrite <- sum_scal. apply sum_ext. intros j _. unfold entering. change (width n ls) with d. ring. }
  rewrite e. unfold block, V. ring.
Qed.

(* Rule 4.8, one hidden layer. Kernel: NoBadValleyStep. *)
Theorem one_hidden_layer th u : exists y, leads P E (E th) th y /\ E y <= E u.
Proof.
  assert (Hr : reads P E) by (apply loss_reads with N, L_local).
  assert (Hreach : forall th, reaches_all n ls q bo N X th -> exists y, leads P E (E th) th y /\ E y <= E u).
  { intros w Hw. destruct (Rle_lt_dec (E w) (E u)) as [Hle|Hlt]; [exists w; split; [apply leads_refl; lra|exact Hle]|].
    destruct (reaches_all_segment n ls q bo N X L L_local L_convex w Hw u ltac:(unfold E in Hlt; lra)) as [y [_ [e Hseg]]].
    exists y. split; [apply leads_segment, Hseg|right; exact e]. }
  destruct (Nat.eq_dec N 0) as [HN|HN].
  { exists th. split; [apply leads_refl; lra|]. right. apply L_local. intros i c Hi. lia. }
  destruct (first_columns n d b s [] q bo N X wide_enough th ltac:(lia)) as [r [col Hc]].
  assert (Hgo : forall k th r col, (N - r <= k)%nat -> has_columns n d b s [] bo N X th r col -> exists y, leads P E (E th) th y /\ E y <= E u).
  { clear th r col Hc. induction k as [|k IH]; intros th r col Hk Hc;
      (destruct (classic (forall v, in_span n d b s N X th r col (unit_value n b s X v))) as [Hall|Hn]; [apply Hreach, (spans_reach th r col Hc Hall)|]);
      apply not_all_ex_not in Hn; destruct Hn as [v Hv].
    - exfalso. destruct Hc as [_ [Hind _]]. assert (H := independent_at_most _ _ _ (independent_more N r _ _ Hind Hv)). lia.
    - destruct (raise_rank n d b s [] q bo N X L L_local wide_enough th r col v Hc Hv) as [th1 [col1 [H1 Hc1]]].
      destruct (IH th1 (S r) col1 ltac:(lia) Hc1) as [y [H2 Hy]]. exists y. split; [|exact Hy].
      apply leads_trans with th1; [exact H1|]. apply leads_weaken with (2 := H2). apply (leads_end P E _ _ _ Hr H1). }
  apply (Hgo N th r col); [lia|exact Hc].
Qed.
Theorem one_hidden_layer_no_bad_valley : no_bad_valley P E.
Proof.
  apply no_bad_valley_leads; [apply loss_reads with N, L_local|]. intros th eta u He.
  destruct (one_hidden_layer th u) as [y [Hy Hle]]. exists y. split; [apply leads_weaken with (2 := Hy); lra|lra].
Qed.
End OneHidden.

(* ---------- the theorem for one layer before the pyramid, and for none ---------- *)
(* Rule 4.8, k = 1: one layer whose units have one continuous activation, of rank N for some parameters. Kernel: NoBadValleyStep. *)
Theorem one_layer_no_bad_valley n d b s l2 q bo N X L w : local N q L -> convex L ->
  continuous_loss N q L ->
  continuous_layers ([(d, b, fun _ => s)] ++ l2) -> pyramid (rev l2) q bo -> full_rank n [(d, b, fun _ => s)] l2 bo N X w ->
  no_bad_valley (params n ([(d, b, fun _ => s)] ++ l2) q bo) (loss n ([(d, b, fun _ => s)] ++ l2) q bo X L).
Proof.
  intros HL HC Hcont Hact Hshape Hw.
  assert (Hwide : (N <= d + b2n (next_bias l2 bo))%nat) by exact (independent_at_most _ _ _ Hw).
  assert (Hr := loss_reads n ([(d, b, fun _ => s)] ++ l2) q bo N X L HL).
  apply no_bad_valley_leads; [exact Hr|]. intros th eta u He.
  destruct (reach_full_rank n d b s l2 q bo N X L HL Hwide w Hw th) as [th' [H1 Hf]].
  destruct (from_full_rank n [(d, b, fun _ => s)] l2 q bo N X L HL HC Hcont Hact Hshape th' eta u Hf He) as [y [H2 Hy]].
  exists y. split; [|exact Hy]. assert (Hle := leads_end _ _ _ _ _ Hr H1).
  assert (Hp : forall a, a <= a + eta) by (intros; lra).
  apply leads_trans with th'; [apply leads_weaken with (2 := H1); apply Hp|apply leads_weaken with (2 := H2); apply Rplus_le_compat_r, Hle].
Qed.
(* Rule 4.8, k = 0: independent inputs. Kernel: NoBadValleyStep. *)
Theorem independent_inputs_no_bad_valley n ls q bo N X L : local N q L -> convex L ->
  continuous_loss N q L ->
  continuous_layers ls -> pyramid (rev ls) q bo -> independent (n + b2n (next_bias ls bo)) N (fun i => aug n (X i)) ->
  no_bad_valley (params n ls q bo) (loss n ls q bo X L).
Proof.
  intros HL HC Hcont Hact Hshape Hind. apply (dense_rank_no_bad_valley n [] ls q bo N X L HL HC Hcont Hact Hshape).
  intros th eps He. exists th. split; [apply close_refl, He|exact Hind].
Qed.

(* ---------- what it means: components of sublevel sets, and basins ---------- *)
Lemma open_agrees P U x y : open P U -> (forall k, (k < P)%nat -> x k = y k) -> U x -> U y.
Proof.
  intros HU Hxy Ux. destruct (HU x Ux) as [e [He H]]. apply H. intros k Hk. rewrite (Hxy k Hk), Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
Qed.
(* In the component of th of the set where E is below c there are points with a loss below every other one plus eta: its infimum is that of E. *)
Theorem no_bad_valley_component P E : reads P E -> no_bad_valley P E -> forall c th u eta, E th < c -> 0 < eta ->
  exists C y, connected P C /\ C th /\ C y /\ (forall x, C x -> E x < c) /\ E y < E u + eta.
Proof.
  intros Hr H c th u eta Hc He. destruct (H th (Rmin eta (c - E th)) u) as [g [Hg [H0 [HE H1]]]]; [apply Rmin_glb_lt; lra|].
  assert (A := Rmin_l eta (c - E th)). assert (B := Rmin_r eta (c - E th)).
  exists (fun x => exists t, 0 <= t <= 1 /\ forall k, (k < P)%nat -> g t k = x k), (g 1). split; [|split; [|split; [|split]]].
  - intros U V HU HV Hcov [x [[a [Ha Hx]] Ux]] [y [[b [Hb Hy]] Vy]].
    destruct (curve_connected P g Hg U V HU HV) as [z [[t [Ht ->]] [Uz Vz]]].
    + intros z [t [Ht ->]]. apply Hcov. exists t. split; [exact Ht|reflexivity].
    + exists (g a). split; [exists a; split; [exact Ha|reflexivity]|]. apply (open_agrees P U x); [exact HU|intros k Hk; symmetry; apply Hx, Hk|exact Ux].
    + exists (g b). split; [exists b; split; [exact Hb|reflexivity]|]. apply (open_agrees P V y); [exact HV|intros k Hk; symmetry; apply Hy, Hk|exact Vy].
    + exists (g t). split; [exists t; split; [exact Ht|reflexivity]|]. split; assumption.
  - exists 0. split; [lra|exact H0].
  - exists 1. split; [lra|reflexivity].
  - intros x [t [Ht Hx]]. rewrite <- (Hr (g t) x Hx). specialize (HE t Ht). lra.
  - lra.
Qed.

(* all points at distance at most r from a compact set *)
Definition within (P : nat) (S : vec -> Prop) (r : R) (y : vec) : Prop := exists z, S z /\ forall k, (k < P)%nat -> Rabs (z k - y k) <= r.
Lemma within_closed P S r : compact P S -> closed P (within P S r).
Proof.
  intros HS y Hy.
  destruct (HS nat (fun m z => exists k, (k < P)%nat /\ r + / (INR m + 1) < Rabs (z k - y k))) as [l Hl].
  - intros m z [k [Hk Hd]]. exists (Rabs (z k - y k) - (r + / (INR m + 1))). split; [lra|]. intros z' Hz'. exists k. split; [exact Hk|].
    specialize (Hz' k Hk). assert (Rabs (z k - y k) <= Rabs (z k - z' k) + Rabs (z' k - y k)).
    { replace (z k - y k) with ((z k - z' k) + (z' k - y k)) by ring. apply Rabs_triang. }
    lra.
  - intros z Sz. assert (Hk : exists k, (k < P)%nat /\ r < Rabs (z k - y k)).
    { apply NNPP. intros Hn. apply Hy. exists z. split; [exact Sz|]. intros k Hk. destruct (Rle_lt_dec (Rabs (z k - y k)) r) as [|Hlt]; [assumption|].
      exfalso. apply Hn. exists k. split; assumption. }
    destruct Hk as [k [Hk Hd]]. destruct (INR_unbounded (/ (Rabs (z k - y k) - r))) as [m Hm]. exists m, k. split; [exact Hk|].
    assert (Hp : 0 < / (Rabs (z k - y k) - r)) by (apply Rinv_0_lt_compat; lra).
    assert (/ (INR m + 1) < Rabs (z k - y k) - r); [|lra]. rewrite <- (Rinv_inv (Rabs (z k - y k) - r)). apply Rinv_lt_contravar; [|lra].
    apply Rmult_lt_0_compat; lra.
  - assert (exists e, 0 < e /\ forall m, In m l -> e <= / (INR m + 1)) as [e [He Hel]].
    { clear. induction l as [|a l [e [He Hel]]]; [exists 1; split; [lra|intros m []]|]. exists (Rmin e (/ (INR a + 1))). split.
      - apply Rmin_glb_lt; [exact He|]. apply Rinv_0_lt_compat. generalize (pos_INR a). lra.
      - intros m [<-|Hm]; [apply Rmin_r|]. eapply Rle_trans; [apply Rmin_l|apply Hel, Hm]. }
    exists e. split; [exact He|]. intros y' Hy' [z [Sz Hz]]. destruct (Hl z Sz) as [m [Hm [k [Hk Hd]]]].
    specialize (Hel m Hm). specialize (Hy' k Hk). specialize (Hz k Hk).
    assert (Rabs (z k - y k) <= Rabs (z k - y' k) + Rabs (y k - y' k)); [|lra].
    replace (z k - y k) with ((z k - y' k) + - (y k - y' k)) by ring. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra.
Qed.
(* Without bad valleys there are no sub-optimal basins, if E is continuous: around a basin there is a wall. *)
Theorem no_bad_valley_no_bad_basin P E : (forall x, continuous_at P E x) -> no_bad_valley P E -> forall S, basin P E S -> ~ suboptimal E S.
Proof.
  intros Hcont HV S HB [u Hu]. destruct HB as [Hne [_ [HS [eps [He Hb]]]]].
  destruct (minimum_exists P S E HS Hne (fun x _ => continuous_at_on P S E x (Hcont x))) as [m [Sm Hm]].
  set (A := fun y => exists z, S z /\ close P (eps / 2) z y). set (K := within P S (eps / 2)).
  assert (HA : open P A) by (apply near_open; lra). assert (HK : closed P K) by (apply within_closed, HS).
  assert (HAK : forall y, A y -> K y) by (intros y [z [Sz Hz]]; exists z; split; [exact Sz|intros k Hk; left; apply Hz, Hk]).
  assert (HSA : forall y, S y -> A y) by (intros y Sy; exists y; split; [exact Sy|apply close_refl; lra]).
  (* outside S, and at most eps / 2 from it, E is above S *)
  assert (Habove : forall x y, S x -> K y -> ~ S y -> E x < E y).
  { intros x y Sx [z [Sz Hz]] Sy. apply Hb; [exact Sx|exact Sy|]. exists z. split; [exact Sz|]. intros k Hk. specialize (Hz k Hk). lra. }
  (* the wall *)
  assert (Hwall : exists eta, 0 < eta /\ eta <= E m - E u /\ forall y, K y -> ~ A y -> E m + eta <= E y).
  { destruct (compact_bounded P S HS) as [M HM]. set (ring := fun y => box P (fun _ => 0) (fun _ => M + eps / 2) y /\ (K y /\ ~ A y)).
    assert (Hring : compact P ring).
    { apply closed_subset_compact; [apply box_compact|]. intros y Hy. destruct (classic (K y)) as [Ky|Ky].
      - assert (Ay : A y) by (apply NNPP; intros Ay; apply Hy; split; assumption).
        destruct (HA y Ay) as [e [Hep H]]. exists e. split; [exact Hep|]. intros z Hz [_ Az]. apply Az, H, Hz.
      - destruct (HK y Ky) as [e [Hep H]]. exists e. split; [exact Hep|]. intros z Hz [Kz _]. exact (H z Hz Kz). }
    assert (Hin : forall y, K y -> ~ A y -> ring y).
    { intros y Ky Ay. split; [|split; assumption]. destruct Ky as [z [Sz Hz]]. intros k Hk. specialize (Hz k Hk). specialize (HM z Sz k Hk).
      rewrite Rminus_0_r. replace (y k) with (z k - (z k - y k)) by ring. unfold Rminus at 1. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra. }
    assert (Hmu := Hu m Sm). destruct (classic (exists y, ring y)) as [Hr|Hr].
    - destruct (minimum_exists P ring E Hring Hr (fun x _ => continuous_at_on P ring E x (Hcont x))) as [w [[_ [Kw Aw]] Hw]].
      assert (Hmw : E m < E w) by (apply Habove; [exact Sm|exact Kw|intros Sw; apply Aw, HSA, Sw]).
      exists (Rmin (E m - E u) (E w - E m)). split; [apply Rmin_glb_lt; lra|]. split; [apply Rmin_l|].
      intros y Ky Ay. assert (H1 := Rmin_r (E m - E u) (E w - E m)). specialize (Hw y (Hin y Ky Ay)). lra.
    - exists (E m - E u). split; [lra|]. split; [lra|]. intros y Ky Ay. exfalso. apply Hr. exists y. apply Hin; assumption. }
  destruct Hwall as [eta [Heta [Heu Hwall]]]. destruct (HV m eta u Heta) as [g [Hg [H0 [HE H1]]]].
  destruct (curve_connected P g Hg A (fun y => ~ K y) HA HK) as [y [_ [Ay Ky]]].
  - intros y [t [Ht ->]]. destruct (classic (A (g t))) as [|Ay]; [left; assumption|right]. intros Ky.
    specialize (HE t Ht). specialize (Hwall _ Ky Ay). lra.
  - exists (g 0). split; [exists 0; split; [lra|reflexivity]|]. apply (open_agrees P A m); [exact HA|intros k Hk; symmetry; apply H0, Hk|apply HSA, Sm].
  - exists (g 1). split; [exists 1; split; [lra|reflexivity]|]. intros K1.
    destruct (classic (S (g 1))) as [S1|S1]; [specialize (Hm _ S1); lra|]. specialize (Habove m (g 1) Sm K1 S1). lra.
  - apply Ky, HAK, Ay.
Qed.

(* ---------- by calculation: one hidden layer, for exported files (Deep.v) ---------- *)
Theorem one_hidden_layer_by_count p risk E d b s rows : (forall th, E th = risk (Deep.seen p (Deep.output_of p th))) ->
  Deep.d_hidden p = [(d, b, s)] -> (Nat.leb (length rows) (d + b2n (Deep.d_output_bias p)) && Deep.representatives p rows)%bool = true ->
  convex risk -> no_bad_valley (Deep.d_size p) E.
Proof.
  intros E_is Hh H HC. apply andb_prop in H. destruct H as [H Hrep]. apply Nat.leb_le in H.
  destruct (Deep.representatives_spec p rows Hrep) as [_ [which Hwhich]].
  rewrite (Deep.E_loss p risk E E_is). unfold Deep.d_size. rewrite Hh. simpl Deep.layers_of.
  destruct (merged_loss (Deep.d_inputs p) [(d, b, fun _ => s)] (Deep.d_outputs p) (Deep.d_output_bias p) (length (Deep.d_xs p)) (Deep.entry_of p)
    (fun O => risk (Deep.seen p O)) (length rows) (fun a => Deep.entry_of p (nth a rows 0%nat)) which (Deep.seen_local p risk) Hwhich) as [HL' [HC' [_ e]]].
  rewrite e. apply one_hidden_layer_no_bad_valley with (N := length rows); [exact HL'| |exact H].
  apply HC', Deep.seen_convex, HC.
Qed.
