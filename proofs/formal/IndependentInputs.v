(* Rule 4.7, independent inputs: no basin at all.

   - (a) dependent_inputs: what enters the first layer has dependent columns.
   - (b) independent_inputs_shrinks, for activations that shrink as the page says; independent_inputs asks for less, shrinks_locally: near z every value a
     little smaller than s z (in absolute value, by a factor) is taken. Only the activation of one unit of the first layer matters.
   - The proof of (b) needs no path: let x be a point of a basin at which the outgoing weights of the unit have the largest sum of squares. It is not 0, else
     4.1. Make the unit a little smaller at all samples and its outgoing weights larger by the same factor: a point of equal loss nearby, which lies in the
     basin and cannot.
   - Continuous activations shrink locally if no positive value is a local minimum and no negative one a local maximum (extremum_shrinks_locally). Hence the
     classes of the page: strictly monotone (monotone_shrinks_locally) and those that fall from 0 to one minimum and rise after it (dip_shrinks_locally);
     that swish, mish and gelu do is in Shrinking.v.
     Functions that are not in the kernel's list, such as sin, do so too.
   - Inputs are X 0, ..., X (N - 1); the different ones are x 0, ..., x (M - 1), and sample i has x (which i). *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule PointwiseRank Compactness Homogeneous WideLayer Activations.
Import ListNotations.
Open Scope R_scope.

(* ---------- (a) dependent columns ---------- *)
(* Rule 4.7 (a): the columns of what enters the first layer, inputs and a column of ones if it has a bias, are dependent. Kernel: IndependentInputsStep. *)
Theorem dependent_inputs n ls q bo N X L : local N q L -> (0 < next_width ls q)%nat ->
  deficient N (n + b2n (next_bias ls bo)) (fun i => aug n (X i)) ->
  forall S, ~ basin (params n ls q bo) (loss n ls q bo X L) S.
Proof.
  intros HL Hw Hd S HB. assert (HB' := HB). destruct HB' as [[th Sth] _]. destruct ls as [|[[d b] s] l2]; simpl in Hw, Hd.
  - apply (dependent_rule_output n q bo N X L HL [] th Hw Hd) in HB. contradiction.
  - apply (dependent_rule_hidden n [] d b s l2 q bo N X L HL th Hw Hd) in HB. contradiction.
Qed.

(* ---------- activations that shrink ---------- *)
(* as on the page: (l0, 1] is where zeta is defined *)
Definition shrinks (s : R -> R) : Prop := continuity s /\ forall z, exists l0 zeta, 0 <= l0 < 1 /\ zeta 1 = z /\
  (forall l, l0 < l <= 1 -> s (zeta l) = l * s z) /\
  (forall l, l0 < l <= 1 -> forall eps, 0 < eps -> exists d, 0 < d /\ forall l', l0 < l' <= 1 -> Rabs (l' - l) < d -> Rabs (zeta l' - zeta l) < eps) /\
  (l0 = 0 \/ forall B, exists d, 0 < d /\ forall l, l0 < l < l0 + d -> l <= 1 -> B < Rabs (zeta l)).
(* what is needed of it *)
Definition shrinks_locally (s : R -> R) : Prop := forall z eps, 0 < eps -> exists d, 0 < d /\
  forall l, 1 - d < l < 1 -> exists y, Rabs (y - z) < eps /\ s y = l * s z.

Lemma shrinks_shrinks_locally s : shrinks s -> shrinks_locally s.
Proof.
  intros [_ H] z eps He. destruct (H z) as [l0 [zeta [Hl0 [H1 [Hs [Hc _]]]]]].
  destruct (Hc 1 ltac:(lra) eps He) as [d [Hd Hcl]]. exists (Rmin d (1 - l0)). split; [apply Rmin_glb_lt; lra|].
  intros l Hl. assert (Hm1 := Rmin_l d (1 - l0)). assert (Hm2 := Rmin_r d (1 - l0)).
  exists (zeta l). rewrite <- H1 at 1. split; [|apply Hs; lra]. apply Hcl; [lra|]. rewrite Rabs_minus_sym, Rabs_pos_eq; lra.
Qed.

Lemma value_between s z y l : continuity s -> Rmin (s z) (s y) <= l * s z <= Rmax (s z) (s y) -> forall eps, Rabs (y - z) < eps ->
  exists y', Rabs (y' - z) < eps /\ s y' = l * s z.
Proof.
  intros Hc Hl eps He. destruct (IVT_gen s z y (l * s z)) as [y' [Hy' e]]; [exact Hc|exact Hl|]. exists y'. split; [|exact e].
  apply Rabs_def2 in He. unfold Rmin, Rmax in Hy'. destruct (Rle_dec z y); apply Rabs_def1; lra.
Qed.
(* continuous, no positive local minimum, no negative local maximum *)
Theorem extremum_shrinks_locally s : continuity s ->
  (forall z eps, 0 < eps -> 0 < s z -> exists y, Rabs (y - z) < eps /\ s y < s z) ->
  (forall z eps, 0 < eps -> s z < 0 -> exists y, Rabs (y - z) < eps /\ s z < s y) -> shrinks_locally s.
Proof.
  intros Hc Hmin Hmax z eps He. destruct (Rtotal_order (s z) 0) as [Hneg|[Hz|Hpos]].
  - destruct (Hmax z eps He Hneg) as [y [Hy Hlt]]. exists ((s y - s z) / - s z).
    assert (Hd : 0 < (s y - s z) / - s z) by (apply Rdiv_lt_0_compat; lra). split; [exact Hd|]. intros l Hl.
    apply value_between with y; [exact Hc| |exact Hy]. rewrite Rmin_left, Rmax_right by lra.
    assert (e : (s y - s z) / - s z * - s z = s y - s z) by (field; lra). nra.
  - exists 1. split; [lra|]. intros l _. exists z. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. split; [exact He|]. rewrite Hz. ring.
  - destruct (Hmin z eps He Hpos) as [y [Hy Hlt]]. exists ((s z - s y) / s z).
    assert (Hd : 0 < (s z - s y) / s z) by (apply Rdiv_lt_0_compat; lra). split; [exact Hd|]. intros l Hl.
    apply value_between with y; [exact Hc| |exact Hy]. rewrite Rmin_right, Rmax_left by lra.
    assert (e : (s z - s y) / s z * s z = s z - s y) by (field; lra). nra.
Qed.
Lemma left_near z eps : 0 < eps -> Rabs (z - eps / 2 - z) < eps.
Proof. intros He. apply Rabs_def1; lra. Qed.
Lemma right_near z eps : 0 < eps -> Rabs (z + eps / 2 - z) < eps.
Proof. intros He. apply Rabs_def1; lra. Qed.

Definition strictly_monotone (s : R -> R) : Prop := (forall x y, x < y -> s x < s y) \/ (forall x y, x < y -> s y < s x).
Theorem monotone_shrinks_locally s : continuity s -> strictly_monotone s -> shrinks_locally s.
Proof.
  intros Hc [Hm|Hm]; (apply extremum_shrinks_locally; [exact Hc| |]); intros z eps He _.
  - exists (z - eps / 2). split; [apply left_near, He|apply Hm; lra].
  - exists (z + eps / 2). split; [apply right_near, He|apply Hm; lra].
  - exists (z + eps / 2). split; [apply right_near, He|apply Hm; lra].
  - exists (z - eps / 2). split; [apply left_near, He|apply Hm; lra].
Qed.
(* The shape of gelu, swish and mish (Shrinking.v): from 0, the limit at minus infinity, strictly down to z0, then strictly up. *)
Definition dip (s : R -> R) : Prop := exists z0, (forall x y, x < y -> y <= z0 -> s y < s x) /\ (forall x y, z0 <= x -> x < y -> s x < s y) /\
  forall eps, 0 < eps -> exists B, forall x, x < B -> Rabs (s x) < eps.
Theorem dip_shrinks_locally s : continuity s -> dip s -> shrinks_locally s.
Proof.
  intros Hc [z0 [Hdown [Hup Hlim]]].
  assert (Hneg : forall z, z <= z0 -> s z <= 0).
  { intros z Hz. destruct (Rle_lt_dec (s z) 0) as [|Hlt]; [assumption|exfalso]. destruct (Hlim (s z) Hlt) as [B HB].
    set (x := Rmin B z - 1). assert (Hx1 := Rmin_l B z). assert (Hx2 := Rmin_r B z).
    assert (H1 := Hdown x z ltac:(unfold x; lra) Hz). assert (H2 := HB x ltac:(unfold x; lra)). generalize (Rle_abs (s x)). lra. }
  apply extremum_shrinks_locally; [exact Hc| |]; intros z eps He Hz.
  - assert (Hz0 : z0 < z) by (destruct (Rle_lt_dec z z0) as [Hle|]; [generalize (Hneg z Hle); lra|assumption]).
    exists (z - Rmin (eps / 2) ((z - z0) / 2)). assert (H1 := Rmin_l (eps / 2) ((z - z0) / 2)). assert (H2 := Rmin_r (eps / 2) ((z - z0) / 2)).
    assert (H3 : 0 < Rmin (eps / 2) ((z - z0) / 2)) by (apply Rmin_glb_lt; lra).
    split; [apply Rabs_def1; lra|]. apply Hup; lra.
  - destruct (Rle_lt_dec z z0) as [Hle|Hlt].
    + exists (z - eps / 2). split; [apply left_near, He|]. apply Hdown; lra.
    + exists (z + eps / 2). split; [apply right_near, He|]. apply Hup; lra.
Qed.

(* ---------- (b) independent rows ---------- *)
Section Unit.
Variables (n d : nat) (b : bool) (s : nat -> R -> R) (l2 : list layer) (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Variables (u M : nat) (x : nat -> nat -> R) (which : nat -> nat).
Hypothesis L_local : local N q L.
Hypothesis u_lt : (u < d)%nat.
Hypothesis next_pos : (0 < next_width l2 q)%nat.
Hypothesis inputs_pos : (0 < n + b2n b)%nat.
Hypothesis which_spec : forall i, (i < N)%nat -> (which i < M)%nat /\ forall j, (j < n)%nat -> X i j = x (which i) j.
Let ls := (d, b, s) :: l2.
Let P := params n ls q bo.
Let E := loss n ls q bo X L.
Let h := (n + b2n b)%nat.
Let off2 := dsize n d b.
Let idx := didx 0 n d.
Let outgoing := is_outgoing n [] d b l2 q u.

(* the incoming weights of the unit moved by D, its outgoing weights divided by l *)
Definition traded (th : vec) (D : nat -> R) (l : R) : vec := fun k =>
  if outgoing k then th k / l else th k + dir h d idx (fun j c => if (c =? u)%nat then D j else 0) k.
Lemma idx_below j c : (j < h)%nat -> (c < d)%nat -> (idx j c < off2)%nat.
Proof. intros Hj Hc. apply (didx_lt' 0 n d b j c Hj Hc). Qed.
Lemma outgoing_not_below k : (k < off2)%nat -> outgoing k = false.
Proof.
  intros Hk. destruct (outgoing k) eqn:Ho; [|reflexivity]. apply (outgoing_ge n [] d b s l2 q bo u u_lt next_pos) in Ho. simpl in Ho. fold off2 in Ho. lia.
Qed.
Lemma traded_incoming th D l j c : (j < h)%nat -> (c < d)%nat -> traded th D l (idx j c) = th (idx j c) + if (c =? u)%nat then D j else 0.
Proof.
  intros Hj Hc. unfold traded. rewrite outgoing_not_below by (apply idx_below; assumption).
  rewrite (dir_in h d idx (didx_inj 0 n d b)) by assumption. reflexivity.
Qed.
Lemma traded_after th D l k : (off2 <= k)%nat -> traded th D l k = if outgoing k then th k / l else th k.
Proof.
  intros Hk. unfold traded. destruct (outgoing k); [reflexivity|]. rewrite dir_out; [ring|].
  intros j c Hj Hc. generalize (idx_below j c Hj Hc). lia.
Qed.
Lemma traded_dense th D l f c : (c < d)%nat ->
  dense n d b (traded th D l) f c = dense n d b th f c + if (c =? u)%nat then mulv h (aug n f) D else 0.
Proof.
  intros Hc. change (dense n d b (shift 0 (traded th D l)) f c = dense n d b (shift 0 th) f c + if (c =? u)%nat then mulv h (aug n f) D else 0).
  rewrite !dense_mulm by exact Hc. fold h idx. unfold block.
  destruct (Nat.eqb_spec c u) as [->|ne].
  - unfold mulv. rewrite <- sum_plus. apply sum_ext. intros j Hj. rewrite traded_incoming, Nat.eqb_refl by assumption. ring.
  - rewrite Rplus_0_r. apply mulv_ext; [reflexivity|]. intros j Hj. rewrite traded_incoming by assumption.
    destruct (Nat.eqb_spec c u); [contradiction|ring].
Qed.

(* the unit's value at every different input is l times what it was *)
Lemma traded_loss th D l : l <> 0 ->
  (forall a, (a < M)%nat -> s u (dense n d b th (x a) u + mulv h (aug n (x a)) D) = l * s u (dense n d b th (x a) u)) -> E (traded th D l) = E th.
Proof.
  intros Hl HD. apply L_local. intros i c Hi Hc. destruct (which_spec i Hi) as [Hlt Heq].
  assert (Hnet : forall w, net n ls q bo w (X i) c = net d l2 q bo (shift off2 w) (fun c' => s c' (dense n d b w (X i) c')) c).
  { intros w. unfold net, ls. simpl. rewrite shift_shift. reflexivity. }
  rewrite !Hnet. apply net_first_layer; [| |exact Hc].
  - intros c' j Hc' Hj. unfold shift. rewrite traded_after by lia. rewrite traded_dense by exact Hj.
    destruct (Nat.eqb_spec j u) as [->|ne].
    + replace (outgoing _) with true by (symmetry; apply (outgoing_spec n [] d b s l2 q bo u u_lt next_pos); exists c'; auto).
      assert (Hz : dense n d b th (X i) u = dense n d b th (x (which i)) u) by (apply dense_ext; [exact u_lt|reflexivity|exact Heq]).
      rewrite Hz. replace (mulv h (aug n (X i)) D) with (mulv h (aug n (x (which i))) D); [rewrite (HD _ Hlt); field; exact Hl|].
      apply mulv_ext; [|reflexivity]. intros j Hj'. unfold aug. destruct (Nat.ltb_spec j n); [symmetry; apply Heq; assumption|reflexivity].
    + rewrite Rplus_0_r. replace (outgoing _) with false; [reflexivity|].
      symmetry. destruct (outgoing _) eqn:Ho; [|reflexivity]. apply (outgoing_spec n [] d b s l2 q bo u u_lt next_pos) in Ho. destruct Ho as [c2 [_ e2]].
      simpl in e2. fold off2 in e2. exfalso. apply ne. assert (e3 : (c' * d + j = c2 * d + u)%nat) by lia.
      destruct (Nat.lt_trichotomy c' c2) as [Hlt'|[->|Hgt]]; [|lia|].
      * assert (c' * d + d <= c2 * d)%nat by nia. lia.
      * assert (c2 * d + d <= c' * d)%nat by nia. lia.
  - intros k Hk _. unfold shift. rewrite traded_after by lia. destruct (outgoing _) eqn:Ho; [|reflexivity].
    apply (outgoing_spec n [] d b s l2 q bo u u_lt next_pos) in Ho. destruct Ho as [c2 [Hc2 e2]]. simpl in e2. fold off2 in e2.
    assert (c2 * d + d <= next_width l2 q * d)%nat by nia. lia.
Qed.

Lemma out_lt c : (c < next_width l2 q)%nat -> (off2 + (c * d + u) < P)%nat.
Proof. intros Hc. apply (outgoing_lt n [] d b s l2 q bo X L u u_lt next_pos c Hc). Qed.

(* small right-hand sides have small solutions *)
Lemma small_solution : independent h M (fun a => aug n (x a)) ->
  exists K, 0 < K /\ forall y r, 0 <= r -> (forall a, (a < M)%nat -> Rabs (y a) <= r) ->
    exists D, (forall a, (a < M)%nat -> mulv h (aug n (x a)) D = y a) /\ forall j, (j < h)%nat -> Rabs (D j) <= K * r.
Proof.
  intros Hind. destruct (choose_columns M (fun c v => forall a, (a < M)%nat -> mulv h (aug n (x a)) v = if (a =? c)%nat then 1 else 0)) as [W HW].
  { intros c _. apply (independent_rows_span M h (fun a => aug n (x a)) Hind (fun a => if (a =? c)%nat then 1 else 0)). }
  destruct (matrix_bound M h W) as [K [HK Hb]]. assert (HM := pos_INR M).
  exists ((INR M + 1) * K). split; [apply Rmult_lt_0_compat; lra|]. intros y r Hr0 Hr.
  exists (fun j => mulv M (fun c => W c j) y). split.
  - intros a Ha. unfold mulv. rewrite (sum_ext h _ (fun j => sum M (fun c => y c * (aug n (x a) j * W c j)))).
    + rewrite sum_swap, (sum_single M _ a Ha).
      * rewrite sum_scal. assert (e := HW a Ha a Ha). unfold mulv in e. rewrite e, Nat.eqb_refl. ring.
      * intros c Hc ne. rewrite sum_scal. assert (e := HW c Hc a Ha). unfold mulv in e. rewrite e. destruct (Nat.eqb_spec a c); [congruence|ring].
    + intros j _. rewrite <- sum_scal. apply sum_ext. intros. ring.
  - intros j Hj. eapply Rle_trans; [apply mulv_bound with (d := K) (m := r); [intros c Hc; apply Hb; assumption|exact Hr]|].
    assert (0 <= K * r) by (apply Rmult_le_pos; lra). nra.
Qed.

(* Rule 4.7 (b), asking of the unit's activation only that it shrinks locally *)
Theorem independent_inputs : shrinks_locally (s u) -> independent h M (fun a => aug n (x a)) -> forall S, ~ basin P E S.
Proof.
  intros Hs Hind S HB. assert (HB' := HB). destruct HB' as [Hne [_ [Hc [eps [He Hb]]]]].
  set (out := fun c => (off2 + (c * d + u))%nat). set (size2 := fun th : vec => sum (next_width l2 q) (fun c => th (out c) * th (out c))).
  (* the point at which the outgoing weights are largest *)
  destruct (minimum_exists P S (fun th => - size2 th) Hc Hne) as [th [Sth Hmax]].
  { intros th _. apply continuous_at_on, (cont_ext P th (fun y => (-1) * size2 y)); [intros; ring|]. apply cont_scal.
    apply (cont_sum P th (next_width l2 q) (fun c y => y (out c) * y (out c))). intros c Hcc. apply cont_square, cont_coord, out_lt, Hcc. }
  assert (Hpos : 0 < size2 th).
  { assert (H0 : 0 <= size2 th) by (apply sum_nonneg; intros; generalize (Rle_0_sqr (th (out k))); unfold Rsqr; lra).
    destruct (Req_dec (size2 th) 0) as [e|ne]; [exfalso|lra].
    apply (zero_outgoing_rule n [] d b s l2 q bo N X L th u L_local u_lt inputs_pos) in HB; [contradiction|].
    intros c Hcc. simpl. apply (sum_squares_zero _ (fun c => th (out c)) e c Hcc). }
  (* how far the pre-activations may move, and by which factor the unit may shrink *)
  destruct (small_solution Hind) as [K [HK Hsmall]].
  assert (Heta : 0 < eps / (2 * K)) by (apply Rdiv_lt_0_compat; lra).
  set (z := fun a => dense n d b th (x a) u).
  assert (Hd : forall m, (m <= M)%nat -> exists r, 0 < r /\ forall l, 1 - r < l < 1 -> forall a, (a < m)%nat ->
    exists y, Rabs (y - z a) < eps / (2 * K) /\ s u y = l * s u (z a)).
  { induction m as [|m IH]; intros Hm; [exists 1; split; [lra|intros; lia]|]. destruct IH as [r [Hr H]]; [lia|].
    destruct (Hs (z m) _ Heta) as [r' [Hr' H']]. exists (Rmin r r'). split; [apply Rmin_glb_lt; assumption|].
    intros l Hl a Ha. assert (H1 := Rmin_l r r'). assert (H2 := Rmin_r r r').
    destruct (Nat.eq_dec a m) as [->|ne]; [apply H'; lra|apply H; [lra|lia]]. }
  destruct (Hd M (le_n M)) as [r [Hr Hshrink]]. destruct (dir_bound P th) as [B [HB0 HBth]].
  assert (Hq : 0 < eps / (4 * B)) by (apply Rdiv_lt_0_compat; lra).
  set (g := Rmin (r / 2) (Rmin (/ 2) (eps / (4 * B)))).
  assert (Hg : 0 < g) by (unfold g; repeat apply Rmin_glb_lt; lra).
  assert (Hg1 : g <= r / 2) by apply Rmin_l.
  assert (Hg2 : g <= / 2) by (unfold g; eapply Rle_trans; [apply Rmin_r|apply Rmin_l]).
  assert (Hg3 : g <= eps / (4 * B)) by (unfold g; eapply Rle_trans; [apply Rmin_r|apply Rmin_r]).
  set (l := 1 - g). assert (Hl : / 2 <= l < 1) by (unfold l; lra).
  destruct (choose_columns M (fun a v => Rabs (v 0%nat - z a) < eps / (2 * K) /\ s u (v 0%nat) = l * s u (z a))) as [W HW].
  { intros a Ha. destruct (Hshrink l ltac:(unfold l; lra) a Ha) as [y Hy]. exists (fun _ => y). exact Hy. }
  destruct (Hsmall (fun a => W a 0%nat - z a) (eps / (2 * K))) as [D [HD HDb]]; [lra|intros a Ha; left; apply HW, Ha|].
  set (y := traded th D l).
  assert (HE : E y = E th).
  { apply traded_loss; [lra|]. intros a Ha. rewrite HD by exact Ha. fold (z a). replace (z a + (W a 0%nat - z a)) with (W a 0%nat) by ring. apply HW, Ha. }
  assert (Hxy : close P eps th y).
  { intros k Hk. unfold y, traded. destruct (outgoing k).
    - replace (th k - th k / l) with (- (th k * (g / l))) by (unfold l; field; unfold l in Hl; lra).
      rewrite Rabs_Ropp, Rabs_mult. assert (Hgl : 0 <= g / l <= 2 * g).
      { split; [apply Rlt_le, Rdiv_lt_0_compat; lra|]. apply (Rmult_le_reg_r l); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. nra. }
      rewrite (Rabs_pos_eq (g / l)) by lra. assert (HBk := HBth k Hk). assert (Hk0 := Rabs_pos (th k)).
      assert (H4 : B * (2 * g) <= eps / 2).
      { apply Rle_trans with (B * (2 * (eps / (4 * B)))); [apply Rmult_le_compat_l; lra|right; field; lra]. }
      nra.
    - destruct (in_block h d idx k) as [[j [c [Hj [Hcc ->]]]]|Hout].
      + rewrite (dir_in h d idx (didx_inj 0 n d b)) by assumption.
        match goal with |- Rabs ?t < _ => replace t with (- (if (c =? u)%nat then D j else 0)) by ring end. rewrite Rabs_Ropp.
        destruct (c =? u)%nat; [|rewrite Rabs_R0; exact He].
        apply Rle_lt_trans with (K * (eps / (2 * K))); [apply HDb, Hj|]. replace (K * (eps / (2 * K))) with (eps / 2) by (field; lra). lra.
      + rewrite dir_out by exact Hout. replace (th k - (th k + 0)) with 0 by ring. rewrite Rabs_R0. exact He. }
  (* its outgoing weights are larger *)
  assert (Hsize : size2 y = / (l * l) * size2 th).
  { unfold size2. rewrite <- sum_scal. apply sum_ext. intros c Hcc. unfold y. rewrite traded_after by (unfold out; lia).
    replace (outgoing (out c)) with true; [field; lra|].
    symmetry. apply (outgoing_spec n [] d b s l2 q bo u u_lt next_pos). exists c. split; [exact Hcc|reflexivity]. }
  destruct (Classical_Prop.classic (S y)) as [Sy|Sy].
  - generalize (Hmax y Sy). rewrite Hsize. assert (1 < / (l * l)); [|nra].
    rewrite <- Rinv_1 at 1. apply Rinv_lt_contravar; nra.
  - generalize (Hb th y Sth Sy (ex_intro _ th (conj Sth Hxy))). rewrite HE. lra.
Qed.
End Unit.

(* Rule 4.7 (b) as written: every unit of the first layer has the activation s, which shrinks. Kernel: IndependentInputsStep. *)
Theorem independent_inputs_shrinks n d b s l2 q bo N X L M x which : local N q L -> (0 < d)%nat -> (0 < next_width l2 q)%nat -> (0 < n + b2n b)%nat ->
  (forall i, (i < N)%nat -> (which i < M)%nat /\ forall j, (j < n)%nat -> X i j = x (which i) j) ->
  shrinks s -> independent (n + b2n b) M (fun a => aug n (x a)) ->
  forall S, ~ basin (params n ((d, b, fun _ => s) :: l2) q bo) (loss n ((d, b, fun _ => s) :: l2) q bo X L) S.
Proof.
  intros HL Hd Hq Hn Hw Hs Hind. apply (independent_inputs n d b (fun _ => s) l2 q bo N X L 0 M x which); try assumption.
  apply shrinks_shrinks_locally, Hs.
Qed.

(* ---------- some activations ---------- *)
Lemma limit_continuity s s' : (forall t, derivable_pt_lim s t (s' t)) -> continuity s.
Proof. intros H t. apply derivable_continuous_pt. exists (s' t). apply H. Qed.
Lemma rising_shrinks_locally s s' : (forall t, derivable_pt_lim s t (s' t)) -> (forall t, 0 < s' t) -> shrinks_locally s.
Proof.
  intros H Hp. apply monotone_shrinks_locally; [apply limit_continuity with s', H|]. left. intros a c Hac.
  destruct (MVT_cor2 s s' a c Hac) as [t [e Ht]]; [intros t _; apply H|]. specialize (Hp t). nra.
Qed.
Lemma sigmoid_range t : 0 < sigmoid t < 1.
Proof.
  unfold sigmoid. assert (e := exp_pos (- t)). split; [apply Rinv_0_lt_compat; lra|]. rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.
Lemma sigmoid_slope t : 0 < sigmoid_1 t.
Proof. unfold sigmoid_1. generalize (sigmoid_range t). intros. apply Rmult_lt_0_compat; lra. Qed.
Lemma tanh_slope t : 0 < tanh_1 t.
Proof.
  unfold tanh_1, tanh. assert (e := exp_pos t). assert (e' := exp_pos (- t)).
  replace (1 - _) with (4 * exp t * exp (- t) / (exp t + exp (- t)) ^ 2) by (field; lra).
  apply Rdiv_lt_0_compat; [|apply pow_lt; lra]. apply Rmult_lt_0_compat; lra.
Qed.
Theorem sigmoid_shrinks_locally : shrinks_locally sigmoid.
Proof. apply (rising_shrinks_locally _ sigmoid_1 sigmoid_d1), sigmoid_slope. Qed.
Theorem tanh_shrinks_locally : shrinks_locally tanh.
Proof. apply (rising_shrinks_locally _ tanh_1 tanh_d1), tanh_slope. Qed.
Theorem softplus_shrinks_locally : shrinks_locally softplus.
Proof. apply (rising_shrinks_locally _ softplus_1 softplus_d1). intros t. apply sigmoid_range. Qed.
Theorem exp_shrinks_locally : shrinks_locally exp.
Proof. apply (rising_shrinks_locally _ exp derivable_pt_lim_exp), exp_pos. Qed.
Theorem atan_shrinks_locally : shrinks_locally atan.
Proof. apply (rising_shrinks_locally _ atan_1 atan_d1). intros t. unfold atan_1. apply Rinv_0_lt_compat. generalize (Rle_0_sqr t). unfold Rsqr. lra. Qed.
Theorem identity_shrinks_locally : shrinks_locally (fun t => t).
Proof. apply (rising_shrinks_locally _ (fun _ => 1)); [intros t; apply derivable_pt_lim_id|intros; lra]. Qed.
(* not monotone, and no dip: not in the kernel's list *)
Theorem sin_shrinks_locally : shrinks_locally sin.
Proof.
  assert (Hnear : forall eps, 0 < eps -> exists e, 0 < e < eps /\ cos e < 1).
  { intros eps He. assert (Hpi := PI_RGT_0). set (e := Rmin (eps / 2) (PI / 2)). exists e.
    assert (H0 : 0 < e) by (unfold e; apply Rmin_glb_lt; lra). assert (H1 := Rmin_l (eps / 2) (PI / 2)). assert (H2 := Rmin_r (eps / 2) (PI / 2)).
    split; [fold e in H1; lra|]. rewrite <- cos_0. apply cos_decreasing_1; fold e in H2; lra. }
  apply extremum_shrinks_locally; [apply limit_continuity with cos, derivable_pt_lim_sin| |]; intros z eps He Hz;
    destruct (Hnear eps He) as [e [Hep Hcos]]; assert (Hp := sin_plus z e); assert (Hm := sin_minus z e).
  - destruct (Rlt_le_dec (sin (z + e)) (sin z)).
    + exists (z + e). split; [apply Rabs_def1; lra|assumption].
    + exists (z - e). split; [apply Rabs_def1; lra|]. nra.
  - destruct (Rlt_le_dec (sin z) (sin (z + e))).
    + exists (z + e). split; [apply Rabs_def1; lra|assumption].
    + exists (z - e). split; [apply Rabs_def1; lra|]. nra.
Qed.
