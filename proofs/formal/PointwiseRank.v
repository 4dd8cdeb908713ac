(* Rule 4.3, features that span everything: at a point th, if the last layer alone reaches every output, th lies in no sub-optimal basin.

   - reaches_all th says that moving the last layer alone from th, every matrix of outputs of every network of this architecture is reached.
   - It follows from k independent identities and an invertible minor of size N - k of the last features (minor_reaches_all), as the written rule has it;
     for k = 0 also from N independent rows (independent_rows_reach_all). Identities are vectors r with sum_i r i * f (x_i) = 0 for every output f of every
     network of the architecture; how the kernel recognises them (rule 3.7) is not formalised.
   - The matrix of features is exact here; that |C A - I| < 1 makes A invertible is invertible_by_approximate_inverse (kernel: _invertible).
   - "E is below inf E + eps at the end" is said without inf: every loss E u <= E th is reached at the end of a segment.
   - The remark that a better point on a last-layer segment excludes a local minimum: better_outputs_not_local_min (used by 4.4). *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule.
Import ListNotations.
Open Scope R_scope.

(* ---------- local minima and segments on which E is convex ---------- *)
Definition local_min (P : nat) (E : vec -> R) (th : vec) : Prop := exists eps, 0 < eps /\ forall y, close P eps th y -> E th <= E y.

(* a minimiser of E over a basin is a local minimum *)
Lemma basin_minimiser_local_min P E S th : basin P E S -> S th -> (forall x, S x -> E th <= E x) -> local_min P E th.
Proof.
  intros [_ [_ [_ [eps [He Hb]]]]] Sth Hmin. exists eps. split; [exact He|]. intros y Hy.
  destruct (Rle_lt_dec (E th) (E y)) as [|Hlt]; [assumption|]. exfalso.
  assert (Sy : ~ S y) by (intros Sy; generalize (Hmin y Sy); lra).
  assert (E th < E y); [|lra]. apply Hb; [exact Sth|exact Sy|]. exists th. split; assumption.
Qed.

(* on the segment from x to y E lies below its chord *)
Definition below_chord (E : vec -> R) (x y : vec) : Prop := forall t, 0 <= t <= 1 -> E (line x (minus y x) t) <= (1 - t) * E x + t * E y.

Lemma below_chord_below_start E x y : below_chord E x y -> E y <= E x -> forall t, 0 <= t <= 1 -> E (line x (minus y x) t) <= E x.
Proof. intros Hc Hy t Ht. generalize (Hc t Ht). assert (t * E y <= t * E x) by (apply Rmult_le_compat_l; lra). lra. Qed.
Lemma below_chord_not_local_min P E x y : below_chord E x y -> E y < E x -> ~ local_min P E x.
Proof.
  intros Hc Hy [eps [He Hmin]]. destruct (line_curve P x (minus y x) 0 eps ltac:(lra) He) as [d [Hd Hcl]].
  set (t := Rmin 1 (d / 2)). assert (Ht0 : 0 < t) by (unfold t; apply Rmin_glb_lt; lra).
  assert (Ht1 : t <= 1) by apply Rmin_l. assert (Ht2 : t <= d / 2) by apply Rmin_r.
  assert (Hle : E x <= E (line x (minus y x) t)).
  { apply Hmin. rewrite <- (line_start x (minus y x)) at 1. apply Hcl; [lra|]. rewrite Rabs_pos_eq; lra. }
  generalize (Hc t ltac:(lra)). assert (t * E y < t * E x) by (apply Rmult_lt_compat_l; assumption). lra.
Qed.
Lemma below_chord_leaves_basin P E S x y : basin P E S -> S x -> below_chord E x y -> E y <= E x -> ~ ~ S y.
Proof.
  intros HB Sx Hc Hy Sy. apply (no_escape_curve P E S x (line x (minus y x)) HB); try assumption.
  - apply line_curve.
  - rewrite line_start. exact Sx.
  - rewrite line_end. exact Sy.
  - apply below_chord_below_start; assumption.
Qed.

(* ---------- linear algebra ---------- *)
Lemma sum_app a c f : sum (a + c) f = sum a f + sum c (fun j => f (a + j)%nat).
Proof.
  induction c as [|c IH]; [rewrite Nat.add_0_r; simpl; ring|].
  rewrite Nat.add_succ_r. simpl. rewrite IH. ring.
Qed.
Lemma sum_squares_zero n f : sum n (fun i => f i * f i) = 0 -> forall i, (i < n)%nat -> f i = 0.
Proof.
  induction n as [|n IH]; intros H i Hi; [lia|]. simpl in H.
  assert (0 <= sum n (fun i => f i * f i)).
  { rewrite <- (sum_zero n (fun _ => 0)) by reflexivity. apply sum_le. intros. generalize (Rle_0_sqr (f k)). unfold Rsqr. lra. }
  assert (Hsq := Rle_0_sqr (f n)). unfold Rsqr in Hsq.
  destruct (Nat.eq_dec i n) as [->|ne]; [|apply IH; [lra|lia]].
  destruct (Rmult_integral (f n) (f n)) as [e|e]; lra.
Qed.
Lemma sum_mulv n h (g : nat -> R) (A : nat -> nat -> R) v :
  sum n (fun i => g i * mulv h (A i) v) = sum h (fun j => v j * sum n (fun i => g i * A i j)).
Proof.
  unfold mulv. rewrite (sum_ext n _ (fun i => sum h (fun j => v j * (g i * A i j)))).
  - rewrite sum_swap. apply sum_ext. intros j _. apply sum_scal.
  - intros i _. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.

(* the columns of A are independent *)
Definition injective (n h : nat) (A : nat -> nat -> R) : Prop :=
  forall v, (forall i, (i < n)%nat -> mulv h (A i) v = 0) -> forall j, (j < h)%nat -> v j = 0.
(* the vectors r 0, ..., r (k - 1) of R^n are independent *)
Definition independent (n k : nat) (r : nat -> nat -> R) : Prop :=
  forall g, (forall i, (i < n)%nat -> sum k (fun a => g a * r a i) = 0) -> forall a, (a < k)%nat -> g a = 0.
Definition orthogonal (n : nat) (x y : nat -> R) : Prop := sum n (fun i => x i * y i) = 0.

(* M columns with an invertible minor, orthogonal to k = n - M independent vectors, span all that is orthogonal to those *)
Lemma minor_spans n k M (A : nat -> nat -> R) (row : nat -> nat) (r : nat -> nat -> R) : (M + k)%nat = n ->
  (forall a, (a < M)%nat -> (row a < n)%nat) -> injective M M (fun a => A (row a)) -> independent n k r ->
  (forall a j, (a < k)%nat -> (j < M)%nat -> orthogonal n (r a) (fun i => A i j)) ->
  forall y, (forall a, (a < k)%nat -> orthogonal n (r a) y) -> exists v, forall i, (i < n)%nat -> mulv M (A i) v = y i.
Proof.
  intros Hn Hrow Hinj Hind HA y Hy.
  destruct (surj M (fun a => A (row a)) Hinj (fun a => y (row a))) as [w Hw].
  exists w. set (z := fun i => mulv M (A i) w - y i).
  assert (Hzrow : forall a, (a < M)%nat -> z (row a) = 0) by (intros a Ha; unfold z; rewrite Hw by exact Ha; ring).
  assert (HrA : forall v a, (a < k)%nat -> sum n (fun i => r a i * mulv M (A i) v) = 0).
  { intros v a Ha. rewrite sum_mulv. apply sum_zero. intros j Hj. rewrite (HA a j Ha Hj). ring. }
  assert (Hrz : forall a, (a < k)%nat -> sum n (fun i => r a i * z i) = 0).
  { intros a Ha. unfold z. rewrite (sum_ext n _ (fun i => r a i * mulv M (A i) w + (-1) * (r a i * y i))) by (intros; ring).
    rewrite sum_plus, sum_scal, HrA, (Hy a Ha) by exact Ha. ring. }
  assert (Hz : forall i, (i < n)%nat -> z i = 0); [|intros i Hi; specialize (Hz i Hi); unfold z in Hz; lra].
  intros i0 Hi0. destruct (Req_EM_T (z i0) 0) as [|Hne]; [assumption|exfalso].
  destruct (kernel n (M + S k) (fun i j => if (j <? M)%nat then A i j else if (j =? M)%nat then z i else r (j - M - 1)%nat i))
    as [v [[j0 [Hj0 Hv0]] Hv]]; [lia|].
  set (g := fun a => v (M + S a)%nat). set (rho := fun i => sum k (fun a => g a * r a i)).
  assert (Heq : forall i, (i < n)%nat -> mulv M (A i) v + z i * v M + rho i = 0).
  { intros i Hi. rewrite <- (Hv i Hi). unfold mulv. rewrite sum_app.
    replace (S k) with (1 + k)%nat by lia. rewrite sum_app. simpl sum at 3. rewrite Nat.add_0_r, Nat.ltb_irrefl, Nat.eqb_refl.
    rewrite Rplus_0_l, <- Rplus_assoc. f_equal; [f_equal|].
    - apply sum_ext. intros j Hj. destruct (Nat.ltb_spec j M); [reflexivity|lia].
    - unfold rho, g. apply sum_ext. intros a _.
      destruct (Nat.ltb_spec (M + (1 + a)) M); [lia|]. destruct (Nat.eqb_spec (M + (1 + a)) M); [lia|].
      replace (M + (1 + a) - M - 1)%nat with a by lia. replace (M + (1 + a))%nat with (M + S a)%nat by lia. ring. }
  assert (Hrho_orth : forall x, (forall a, (a < k)%nat -> sum n (fun i => r a i * x i) = 0) -> sum n (fun i => rho i * x i) = 0).
  { intros x Hx. rewrite (sum_ext n _ (fun i => sum k (fun a => g a * (r a i * x i)))).
    - rewrite sum_swap. apply sum_zero. intros a Ha. rewrite sum_scal, Hx by exact Ha. ring.
    - intros i _. unfold rho. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. }
  assert (Hrho : forall i, (i < n)%nat -> rho i = 0).
  { apply sum_squares_zero.
    rewrite (sum_ext n _ (fun i => (-1) * (rho i * mulv M (A i) v) + (- v M) * (rho i * z i))).
    - rewrite sum_plus, !sum_scal, (Hrho_orth z Hrz), (Hrho_orth (fun i => mulv M (A i) v) (HrA v)). ring.
    - intros i Hi. replace (rho i) with (- (mulv M (A i) v + z i * v M)) at 2 by (generalize (Heq i Hi); lra). ring. }
  assert (Hg := Hind g Hrho).
  assert (HvA : forall j, (j < M)%nat -> v j = 0).
  { apply Hinj. intros a Ha. generalize (Heq (row a) (Hrow a Ha)). rewrite Hzrow, Hrho by auto. lra. }
  assert (HvM : v M = 0).
  { assert (e := Heq i0 Hi0). rewrite (Hrho i0 Hi0) in e.
    assert (e' : mulv M (A i0) v = 0) by (apply sum_zero; intros j Hj; rewrite HvA by exact Hj; ring).
    assert (e2 : z i0 * v M = 0) by lra. destruct (Rmult_integral _ _ e2); [contradiction|assumption]. }
  apply Hv0. destruct (Nat.lt_trichotomy j0 M) as [Hlt|[->|Hgt]]; [apply HvA, Hlt|exact HvM|].
  replace j0 with (M + S (j0 - M - 1))%nat by lia. apply (Hg (j0 - M - 1)%nat). lia.
Qed.
(* n independent rows reach every vector of R^n: A A^T is invertible *)
Lemma independent_rows_span n h (A : nat -> nat -> R) : independent h n A ->
  forall y, exists v, forall i, (i < n)%nat -> mulv h (A i) v = y i.
Proof.
  intros Hind y. destruct (surj n (fun i a => sum h (fun j => A i j * A a j))) with (y := y) as [g Hg].
  - intros g Hg. apply Hind. apply sum_squares_zero. unfold mulv in Hg.
    rewrite (sum_ext h _ (fun j => sum n (fun i => g i * (A i j * sum n (fun a => g a * A a j))))).
    + rewrite sum_swap. apply sum_zero. intros i Hi. rewrite sum_scal.
      rewrite (sum_ext h _ (fun j => sum n (fun a => A i j * A a j * g a))).
      * rewrite sum_swap. rewrite <- (Rmult_0_r (g i)), <- (Hg i Hi) at 1. f_equal. apply sum_ext. intros a _.
        rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring.
      * intros j _. rewrite <- sum_scal. apply sum_ext. intros. ring.
    + intros j _. rewrite <- sum_scal. apply sum_ext. intros. ring.
  - exists (fun j => sum n (fun a => g a * A a j)). intros i Hi. rewrite <- (Hg i Hi). unfold mulv.
    rewrite (sum_ext h _ (fun j => sum n (fun a => A i j * A a j * g a))).
    + rewrite sum_swap. apply sum_ext. intros a _. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring.
    + intros j _. rewrite <- sum_scal. apply sum_ext. intros. ring.
Qed.
(* Kernel: _invertible. If every row sum of |C A - I| is below 1, A is invertible: A z = 0 only for z = 0. *)
Lemma largest_entry n (z : nat -> R) : (0 < n)%nat -> exists i, (i < n)%nat /\ forall j, (j < n)%nat -> Rabs (z j) <= Rabs (z i).
Proof.
  induction n as [|n IH]; intros Hn; [lia|]. destruct (Nat.eq_dec n 0) as [->|ne].
  - exists 0%nat. split; [lia|]. intros j Hj. replace j with 0%nat by lia. lra.
  - destruct IH as [i [Hi Hm]]; [lia|]. destruct (Rle_lt_dec (Rabs (z n)) (Rabs (z i))) as [Hle|Hlt].
    + exists i. split; [lia|]. intros j Hj. destruct (Nat.eq_dec j n) as [->|]; [exact Hle|apply Hm; lia].
    + exists n. split; [lia|]. intros j Hj. destruct (Nat.eq_dec j n) as [->|]; [lra|].
      generalize (Hm j ltac:(lia)). lra.
Qed.
Theorem invertible_by_approximate_inverse n (A C : nat -> nat -> R) :
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (mulv n (C i) (fun k => A k j) - (if (i =? j)%nat then 1 else 0))) < 1) -> injective n n A.
Proof.
  intros HC z Hz j0 Hj0. destruct (largest_entry n z) as [i [Hi Hmax]]; [lia|].
  assert (Hzi : z i = - sum n (fun j => (mulv n (C i) (fun k => A k j) - (if (i =? j)%nat then 1 else 0)) * z j)).
  { rewrite (sum_ext n _ (fun j => z j * sum n (fun k => C i k * A k j) + (-1) * (if (i =? j)%nat then z j else 0))).
    - rewrite sum_plus, <- (sum_mulv n n (C i) A z), sum_scal, (sum_zero n (fun k => C i k * _)) by (intros; rewrite Hz by assumption; ring).
      rewrite (sum_single n _ i Hi); [rewrite Nat.eqb_refl; ring|].
      intros k _ ne. destruct (Nat.eqb_spec i k); [congruence|reflexivity].
    - intros j _. unfold mulv. destruct (i =? j)%nat; ring. }
  assert (Hb : Rabs (z i) <= Rabs (z i) * sum n (fun j => Rabs (mulv n (C i) (fun k => A k j) - (if (i =? j)%nat then 1 else 0)))).
  { rewrite Hzi at 1. rewrite Rabs_Ropp. rewrite <- sum_scal.
    assert (Htri : forall m f, Rabs (sum m f) <= sum m (fun j => Rabs (f j))).
    { induction m as [|m IH]; intros f; simpl; [rewrite Rabs_R0; lra|].
      eapply Rle_trans; [apply Rabs_triang|]. generalize (IH f). lra. }
    eapply Rle_trans; [apply Htri|]. apply sum_le. intros j Hj. rewrite Rabs_mult, Rmult_comm.
    apply Rmult_le_compat_r; [apply Rabs_pos|apply Hmax, Hj]. }
  specialize (HC i Hi). set (s := sum n _) in *. assert (Hp := Rabs_pos (z i)).
  assert (e : Rabs (z i) = 0) by nra.
  specialize (Hmax j0 Hj0). rewrite e in Hmax. assert (Hp0 := Rabs_pos (z j0)).
  destruct (Req_EM_T (z j0) 0) as [|ne]; [assumption|]. assert (0 < Rabs (z j0)) by (apply Rabs_pos_lt, ne). lra.
Qed.

(* ---------- the last layer of a network ---------- *)
Section LastLayer.
Variables (n : nat) (ls : list layer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Hypothesis L_convex : convex L.
Let P := params n ls q b.
Let E := loss n ls q b X L.
Let m := width n ls.
Let off := size n ls.
Let h := (m + b2n b)%nat.
Let idx := didx off m q.
Let F : vec -> nat -> nat -> R := fun th i => aug m (feat n ls th (X i)).
Let out (th : vec) (i c : nat) : R := net n ls q b th (X i) c.

(* along the segment from x to y every output at every sample is affine *)
Definition affine_outputs (x y : vec) : Prop := forall t i c, 0 <= t <= 1 -> (i < N)%nat -> (c < q)%nat ->
  out (line x (minus y x) t) i c = (1 - t) * out x i c + t * out y i c.
Lemma affine_outputs_below_chord x y : affine_outputs x y -> below_chord E x y.
Proof.
  intros Ha t Ht. unfold E, loss. eapply Rle_trans; [|apply L_convex, Ht]. right. apply L_local.
  intros i c Hi Hc. apply (Ha t i c Ht Hi Hc).
Qed.

Lemma out_line x D t i c : (i < N)%nat -> (c < q)%nat ->
  out (line x (dir h q idx D) t) i c = out x i c + t * mulm h (F x) D i c.
Proof.
  intros Hi Hc. unfold out, net. rewrite !dense_mulm by exact Hc.
  apply (mulm_line P N h q idx (didx_inj off m q b) F (Networks.F_ext n ls q b N X) x D t i c Hi Hc).
Qed.
Lemma dir_differ_output x D t : differ_output n q b ls x (line x (dir h q idx D) t).
Proof. apply line_agree. Qed.
Lemma differ_output_affine x y : differ_output n q b ls x y -> affine_outputs x y.
Proof.
  intros Hxy t i c _ Hi Hc.
  assert (Hf : forall z, differ_output n q b ls x z -> out z i c = mulm h (F x) (block idx z) i c).
  { intros z Hz. unfold out, net. rewrite dense_mulm by exact Hc. unfold mulm. apply mulv_ext; [|reflexivity].
    intros j Hj. symmetry. apply (Networks.F_ext n ls q b N X x z Hz i j Hi Hj). }
  rewrite !Hf; [|exact Hxy|intros k _ _; reflexivity|].
  - unfold mulm. rewrite <- mulv_comb. apply mulv_ext; [reflexivity|]. intros j _. unfold block, line, minus. ring.
  - intros k Hk Hout. unfold line, minus. rewrite <- (Hxy k Hk Hout). ring.
Qed.
(* A better point that differs in the last layer only: th is no local minimum, so no minimiser of E over a basin. Kernel: path (first reason convex). *)
Theorem better_outputs_not_local_min th y : differ_output n q b ls th y -> E y < E th -> ~ local_min P E th.
Proof. intros Hd. apply below_chord_not_local_min, affine_outputs_below_chord, differ_output_affine, Hd. Qed.

(* moving the last layer alone from th, every output of every network of this architecture is reached *)
Definition reaches_all (th : vec) : Prop := forall u, exists y, differ_output n q b ls th y /\
  forall i c, (i < N)%nat -> (c < q)%nat -> out y i c = out u i c.

(* Rule 4.3, segments: every loss that is at most E th is reached on a segment on which E is never above E th. Kernel: reach. *)
Theorem reaches_all_segment th : reaches_all th -> forall u, E u <= E th -> exists y, differ_output n q b ls th y /\ E y = E u /\
  forall t, 0 <= t <= 1 -> E (line th (minus y th) t) <= E th.
Proof.
  intros Hr u Hu. destruct (Hr u) as [y [Hd Ho]]. exists y. split; [exact Hd|].
  assert (e : E y = E u) by (apply L_local; exact Ho). split; [exact e|].
  apply below_chord_below_start; [apply affine_outputs_below_chord, differ_output_affine, Hd|lra].
Qed.
(* Rule 4.3, basins: th lies in no sub-optimal basin. Kernel: reach. *)
Theorem reaches_all_no_bad_basin th : reaches_all th -> forall S, basin P E S -> suboptimal E S -> ~ S th.
Proof.
  intros Hr S HB [u Hu] Sth. destruct (Hr u) as [y [Hd Ho]].
  assert (e : E y = E u) by (apply L_local; exact Ho).
  apply (below_chord_leaves_basin P E S th y HB Sth).
  - apply affine_outputs_below_chord, differ_output_affine, Hd.
  - generalize (Hu th Sth). lra.
  - intros Sy. generalize (Hu y Sy). lra.
Qed.

(* an identity: orthogonal to every output of every network of the architecture *)
Definition identity (r : nat -> R) : Prop := forall th c, (c < q)%nat -> orthogonal N r (fun i => out th i c).

(* the columns of F are outputs *)
Lemma identity_columns r th j : (0 < q)%nat -> (j < h)%nat -> identity r -> orthogonal N r (fun i => F th i j).
Proof.
  intros Hq Hj Hr.
  set (D := fun j' c => (if (j' =? j)%nat then 1 else 0) - block idx th j' c).
  unfold orthogonal. rewrite <- (Hr (line th (dir h q idx D) 1) 0%nat Hq). apply sum_ext. intros i Hi. f_equal.
  rewrite out_line by assumption. unfold out, net. rewrite dense_mulm by exact Hq. unfold mulm.
  rewrite Rmult_1_l. change (aug (width n ls) (feat n ls th (X i))) with (F th i). fold h.
  rewrite <- (Rmult_1_l (mulv h (F th i) _)), <- (Rmult_1_l (mulv h (F th i) (fun j0 => D j0 0%nat))), <- mulv_comb.
  unfold mulv. rewrite (sum_single h _ j Hj).
  - unfold D, off, m. rewrite Nat.eqb_refl. unfold idx, off, m. ring.
  - intros k _ ne. unfold D. destruct (Nat.eqb_spec k j); [contradiction|]. unfold idx, off, m. ring.
Qed.

(* some columns D with F D = out u - out th give a point that differs in the last layer and has the outputs of u *)
Lemma reach_from_columns th (y : nat -> nat -> R) : (forall c, (c < q)%nat -> exists v, forall i, (i < N)%nat -> mulv h (F th i) v = y i c - out th i c) ->
  exists z, differ_output n q b ls th z /\ forall i c, (i < N)%nat -> (c < q)%nat -> out z i c = y i c.
Proof.
  intros Hy.
  assert (HD : exists D, forall i c, (i < N)%nat -> (c < q)%nat -> mulm h (F th) D i c = y i c - out th i c).
  { unfold mulm. clear - Hy. revert Hy. generalize (out th). intros o Hy. induction q as [|k IH].
    - exists (fun _ _ => 0). intros i c _ Hc. lia.
    - destruct IH as [D HD]; [intros c Hc; apply Hy; lia|]. destruct (Hy k ltac:(lia)) as [v Hv].
      exists (fun j c => if (c =? k)%nat then v j else D j c). intros i c Hi Hc.
      destruct (Nat.eqb_spec c k) as [->|ne]; [apply Hv, Hi|apply HD; [exact Hi|lia]]. }
  destruct HD as [D HD]. exists (line th (dir h q idx D) 1). split; [apply dir_differ_output|].
  intros i c Hi Hc. rewrite out_line, HD by assumption. ring.
Qed.

(* Rule 4.3 as written: k independent identities and an invertible minor of the last features, of N - k rows and N - k columns. Kernel: reach. *)
Section Minor.
Variables (th : vec) (k M : nat) (r : nat -> nat -> R) (row col : nat -> nat).
Hypothesis sizes : (M + k)%nat = N.
Hypothesis r_identity : forall a, (a < k)%nat -> identity (r a).
Hypothesis r_independent : independent N k r.
Hypothesis row_lt : forall a, (a < M)%nat -> (row a < N)%nat.
Hypothesis col_lt : forall a, (a < M)%nat -> (col a < h)%nat.
Hypothesis minor : injective M M (fun a j => F th (row a) (col j)).

Lemma columns_span u x c : (c < q)%nat -> exists v, forall i, (i < N)%nat -> mulv M (fun j => F th i (col j)) v = out u i c - out x i c.
Proof.
  intros Hc. apply (minor_spans N k M (fun i j => F th i (col j)) row r sizes row_lt minor r_independent).
  - intros a j Ha Hj. apply identity_columns; [lia|apply col_lt, Hj|apply r_identity, Ha].
  - intros a Ha. unfold orthogonal.
    rewrite (sum_ext N _ (fun i => r a i * out u i c + (-1) * (r a i * out x i c))) by (intros; ring).
    rewrite sum_plus, sum_scal. rewrite (r_identity a Ha u c Hc), (r_identity a Ha x c Hc). ring.
Qed.
Theorem minor_reaches_all : reaches_all th.
Proof.
  intros u. apply reach_from_columns. intros c Hc. destruct (columns_span u th c Hc) as [v Hv].
  exists (fun j' => sum M (fun j => if (col j =? j')%nat then v j else 0)).
  intros i Hi. rewrite spread_columns by exact col_lt. apply Hv, Hi.
Qed.
Theorem minor_no_bad_basin : forall S, basin P E S -> suboptimal E S -> ~ S th.
Proof. apply reaches_all_no_bad_basin, minor_reaches_all. Qed.

(* Rule 4.3, half the squared error: a segment on which E is never above E th leads to a global minimum, where the outputs are the projections of the
   targets. Kernel: reach. *)
Variable Y : nat -> nat -> R.
Hypothesis L_hse : forall O, L O = samples N (fun i => hse q (Y i)) O.
Lemma minor_attains : exists y, differ_output n q b ls th y /\ forall u, E y <= E u.
Proof.
  set (A := fun i j => F th i (col j)).
  assert (Hcols : injective N M A).
  { intros v Hv. apply minor. intros a Ha. apply Hv, row_lt, Ha. }
  (* normal equations *)
  assert (Hproj : forall y : nat -> R, exists v, forall j, (j < M)%nat -> sum N (fun i => A i j * (mulv M (A i) v - y i)) = 0).
  { intros y. destruct (surj M (fun j j' => sum N (fun i => A i j * A i j'))) with (y := fun j => sum N (fun i => A i j * y i)) as [v Hv].
    - intros v Hv. apply Hcols. apply sum_squares_zero.
      rewrite (sum_mulv N M (fun i => mulv M (A i) v) A v). apply sum_zero. intros j Hj.
      rewrite <- (Rmult_0_r (v j)), <- (Hv j Hj). f_equal. rewrite (sum_ext N _ (fun i => A i j * mulv M (A i) v)) by (intros; ring).
      rewrite sum_mulv. apply sum_ext. intros. ring.
    - exists v. intros j Hj. rewrite (sum_ext N _ (fun i => A i j * mulv M (A i) v + (-1) * (A i j * y i))) by (intros; ring).
      rewrite sum_plus, sum_scal, sum_mulv, <- (Hv j Hj). unfold mulv.
      rewrite (sum_ext M _ (fun j' => sum N (fun i => A i j * A i j') * v j')) by (intros; ring). ring. }
  assert (HW : forall c, exists w, forall j, (j < M)%nat -> sum N (fun i => A i j * (out th i c + mulv M (A i) w - Y i c)) = 0).
  { intros c. destruct (Hproj (fun i => Y i c - out th i c)) as [w Hw]. exists w. intros j Hj. rewrite <- (Hw j Hj).
    apply sum_ext. intros. ring. }
  (* choose the w c for c < q *)
  assert (HWq : exists W, forall c j, (c < q)%nat -> (j < M)%nat -> sum N (fun i => A i j * (out th i c + mulv M (A i) (W c) - Y i c)) = 0).
  { clear - HW. revert HW. generalize (out th). intros o HW. induction q as [|k' IH]; [exists (fun _ _ => 0); intros; lia|].
    destruct IH as [W H]. destruct (HW k') as [w Hw]. exists (fun c => if (c =? k')%nat then w else W c).
    intros c j Hc Hj. destruct (Nat.eqb_spec c k') as [->|]; [apply Hw, Hj|apply H; [lia|exact Hj]]. }
  destruct HWq as [W HWq].
  destruct (reach_from_columns th (fun i c => out th i c + mulv M (A i) (W c))) as [y [Hd Ho]].
  { intros c Hc. exists (fun j' => sum M (fun j => if (col j =? j')%nat then W c j else 0)).
    intros i Hi. rewrite spread_columns by exact col_lt. fold (A i). ring. }
  exists y. split; [exact Hd|]. intros u. unfold E, loss. rewrite !L_hse. unfold samples, hse.
  assert (Hgap : 0 <= sum N (fun i => sum q (fun c => (out u i c - out y i c) ^ 2 / 2))).
  { rewrite <- (sum_zero N (fun _ => 0)) by reflexivity. apply sum_le. intros i _.
    rewrite <- (sum_zero q (fun _ => 0)) by reflexivity. apply sum_le. intros c _.
    generalize (pow2_ge_0 (out u i c - out y i c)). lra. }
  assert (Hcross : sum N (fun i => sum q (fun c => (out y i c - Y i c) * (out u i c - out y i c))) = 0).
  { rewrite sum_swap. apply sum_zero. intros c Hc. destruct (columns_span u y c Hc) as [v Hv].
    rewrite (sum_ext N _ (fun i => (out y i c - Y i c) * mulv M (A i) v)) by (intros i Hi; rewrite <- (Hv i Hi); reflexivity).
    rewrite sum_mulv. apply sum_zero. intros j Hj.
    rewrite (sum_ext N _ (fun i => A i j * (out th i c + mulv M (A i) (W c) - Y i c))) by (intros i Hi; rewrite Ho by assumption; ring).
    rewrite HWq by assumption. ring. }
  apply Rle_trans with (sum N (fun i => sum q (fun c => (out y i c - Y i c) ^ 2) / 2)
    + (sum N (fun i => sum q (fun c => (out y i c - Y i c) * (out u i c - out y i c)))
       + sum N (fun i => sum q (fun c => (out u i c - out y i c) ^ 2 / 2)))).
  - rewrite Hcross. unfold out in *. lra.
  - right. rewrite <- !sum_plus. apply sum_ext. intros i _. unfold Rdiv.
    rewrite (Rmult_comm (sum q _) (/ 2)), (Rmult_comm (sum q (fun c => (net _ _ _ _ _ _ _ - _) ^ 2)) (/ 2)).
    rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros c _. unfold out. field.
Qed.
Theorem minor_attains_infimum : exists y, differ_output n q b ls th y /\ (forall u, E y <= E u) /\
  forall t, 0 <= t <= 1 -> E (line th (minus y th) t) <= E th.
Proof.
  destruct minor_attains as [y [Hd Hmin]]. exists y. split; [exact Hd|]. split; [exact Hmin|].
  apply below_chord_below_start; [apply affine_outputs_below_chord, differ_output_affine, Hd|apply Hmin].
Qed.
End Minor.

(* Rule 4.3 for k = 0, said with rows: N independent rows of last features, at any width. *)
Theorem independent_rows_reach_all th : independent h N (F th) -> reaches_all th.
Proof. intros Hind u. apply reach_from_columns. intros c _. apply independent_rows_span, Hind. Qed.
Theorem independent_rows_no_bad_basin th : independent h N (F th) -> forall S, basin P E S -> suboptimal E S -> ~ S th.
Proof. intros Hind. apply reaches_all_no_bad_basin, independent_rows_reach_all, Hind. Qed.
End LastLayer.
