(* Rule 4.3, features that span everything: at a point th, if the last layer alone reaches every output, th lies in no sub-optimal basin.

   - reaches_all th says that moving the last layer alone from th, every matrix of outputs of every network of this architecture is reached.
   - It follows from k independent identities and an invertible minor of size N - k of the last features (minor_reaches_all), as the written rule has it;
     for k = 0 also from N independent rows (independent_rows_reach_all). Identities are vectors r with sum_i r i * f (x_i) = 0 for every output f of every
     network of the architecture; how the kernel recognises them (rule 3.7) is not formalised.
   - The matrix of features is exact here; that |C A - I| < 1 makes A invertible is invertible_by_approximate_inverse (kernel: _invertible).
   - "E is below inf E + eps at the end" is said without inf: every loss E u <= E th is reached at the end of a segment.
   - The remark after 4.2, that with continuous activations and width at least N there is no strict minimum at all, global or not: wide_no_strict.
   - The remark that a better point on a last-layer segment excludes a local minimum: better_outputs_not_local_min (used by 4.4). *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality Classical.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule.
Import ListNotations.
Open Scope R_scope.

(* ---------- local minima and segments on which E is convex ---------- *)
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

(* ---------- the remark after 4.2: no strict minimum at width N ---------- *)
Lemma matrix_bound n h (A : nat -> nat -> R) : exists K, 0 < K /\ forall i j, (i < n)%nat -> (j < h)%nat -> Rabs (A i j) <= K.
Proof.
  induction n as [|n [K [HK H]]]; [exists 1; split; [lra|intros; lia]|]. destruct (dir_bound h (A n)) as [B [HB Hrow]].
  exists (K + B). split; [lra|]. intros i j Hi Hj. destruct (Nat.eq_dec i n) as [->|ne].
  - generalize (Hrow j Hj). lra.
  - generalize (H i j ltac:(lia) Hj). lra.
Qed.
Lemma sum_bound n f B : (forall k, (k < n)%nat -> Rabs (f k) <= B) -> Rabs (sum n f) <= INR n * B.
Proof.
  induction n as [|n IH]; intros H; [simpl; rewrite Rabs_R0; lra|]. rewrite S_INR. simpl sum.
  eapply Rle_trans; [apply Rabs_triang|]. generalize (IH ltac:(intros k Hk; apply H; lia)) (H n ltac:(lia)). lra.
Qed.
Lemma mulv_bound n a v K M : 0 <= K -> (forall k, (k < n)%nat -> Rabs (a k) <= K) -> (forall k, (k < n)%nat -> Rabs (v k) <= M) ->
  Rabs (mulv n a v) <= INR n * (K * M).
Proof.
  intros HK Ha Hv. apply sum_bound. intros k Hk. rewrite Rabs_mult.
  apply Rmult_le_compat; auto using Rabs_pos.
Qed.
(* an invertible matrix has a left inverse *)
Lemma left_inverse n A : injective n n A -> exists C, forall i j, (i < n)%nat -> (j < n)%nat ->
  mulv n (C i) (fun k => A k j) = if (i =? j)%nat then 1 else 0.
Proof.
  intros Hinj.
  set (C := fun i j => proj1_sig (surj n A Hinj (fun i' => if (i' =? j)%nat then 1 else 0)) i).
  assert (HAC : forall i j, (i < n)%nat -> mulv n (A i) (fun k => C k j) = if (i =? j)%nat then 1 else 0).
  { intros i j Hi. unfold C. apply (proj2_sig (surj n A Hinj (fun i' => if (i' =? j)%nat then 1 else 0)) i Hi). }
  exists C. intros i j Hi Hj.
  assert (Hz : mulv n (C i) (fun k => A k j) - (if (i =? j)%nat then 1 else 0) = 0); [|lra].
  apply (Hinj (fun i => mulv n (C i) (fun k => A k j) - (if (i =? j)%nat then 1 else 0))); [|exact Hi].
  intros a Ha. unfold mulv at 1.
  rewrite (sum_ext n _ (fun k => A a k * mulv n (C k) (fun l => A l j) + (-1) * (if (k =? j)%nat then A a k else 0)))
    by (intros k _; destruct (k =? j)%nat; ring).
  rewrite sum_plus, sum_scal, sum_mulv.
  rewrite (sum_single n (fun k => if (k =? j)%nat then A a k else 0) j Hj), Nat.eqb_refl
    by (intros k _ ne; destruct (Nat.eqb_spec k j); [contradiction|reflexivity]).
  rewrite (sum_single n _ a Ha).
  - assert (e := HAC a a Ha). rewrite Nat.eqb_refl in e. unfold mulv in e. rewrite e. ring.
  - intros l Hl ne. assert (e := HAC a l Ha). unfold mulv in e. rewrite e. destruct (Nat.eqb_spec a l); [congruence|ring].
Qed.
(* solutions for matrices near an invertible one are near *)
Lemma perturbed_solution n A M eps : injective n n A -> 0 < M -> 0 < eps -> exists delta, 0 < delta /\
  forall A', (forall i j, (i < n)%nat -> (j < n)%nat -> Rabs (A' i j - A i j) <= delta) ->
  forall v, (forall j, (j < n)%nat -> Rabs (v j) <= M) ->
  exists v', (forall i, (i < n)%nat -> mulv n (A' i) v' = mulv n (A i) v) /\ forall j, (j < n)%nat -> Rabs (v' j - v j) < eps.
Proof.
  intros Hinj HM He. destruct (left_inverse n A Hinj) as [C HC]. destruct (matrix_bound n n C) as [K [HK HCK]].
  assert (HN := pos_INR n). set (T := INR n * (INR n * K)). assert (HT : 0 <= T) by (unfold T; apply Rmult_le_pos; [|apply Rmult_le_pos]; lra).
  assert (HTM : 0 <= T * M) by (apply Rmult_le_pos; lra).
  set (delta := Rmin (/ (2 * (T + 1))) (eps / (4 * (T * M + 1)))).
  assert (Hd : 0 < delta).
  { apply Rmin_glb_lt; [apply Rinv_0_lt_compat; lra|apply Rdiv_lt_0_compat; lra]. }
  assert (HTd : T * delta <= / 2).
  { apply Rle_trans with (T * / (2 * (T + 1))); [apply Rmult_le_compat_l; [lra|apply Rmin_l]|].
    apply (Rmult_le_reg_r (2 * (T + 1))); [lra|]. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (HTMd : T * M * delta <= eps / 4).
  { apply Rle_trans with (T * M * (eps / (4 * (T * M + 1)))); [apply Rmult_le_compat_l; [lra|apply Rmin_r]|].
    apply (Rmult_le_reg_r (4 * (T * M + 1))); [lra|]. unfold Rdiv. rewrite !Rmult_assoc, Rinv_l by lra. nra. }
  exists delta. split; [exact Hd|]. intros A' HA' v Hv.
  assert (Hoff : forall i j, (i < n)%nat -> (j < n)%nat ->
     Rabs (mulv n (C i) (fun k => A' k j) - (if (i =? j)%nat then 1 else 0)) <= INR n * (K * delta)).
  { intros i j Hi Hj. rewrite <- (HC i j Hi Hj).
    replace (mulv n (C i) (fun k => A' k j) - mulv n (C i) (fun k => A k j)) with (mulv n (C i) (fun k => A' k j - A k j)).
    - apply mulv_bound; [lra|intros k Hk; apply HCK; assumption|intros k Hk; apply HA'; assumption].
    - rewrite (mulv_ext n _ (C i) _ (fun k => 1 * A' k j + (-1) * A k j)) by (intros; ring). rewrite mulv_comb. ring. }
  assert (Hrow : forall i, (i < n)%nat -> sum n (fun j => Rabs (mulv n (C i) (fun k => A' k j) - (if (i =? j)%nat then 1 else 0))) <= T * delta).
  { intros i Hi. eapply Rle_trans; [apply Rle_abs|]. replace (T * delta) with (INR n * (INR n * (K * delta))) by (unfold T; ring).
    apply sum_bound. intros j Hj. rewrite Rabs_Rabsolu. apply Hoff; assumption. }
  assert (Hinj' : injective n n A').
  { apply (invertible_by_approximate_inverse n A' C). intros i Hi. generalize (Hrow i Hi). lra. }
  destruct (surj n A' Hinj' (fun i => mulv n (A i) v)) as [v' Hv']. exists v'. split; [exact Hv'|].
  intros j0 Hj0. set (w := fun j => v' j - v j). destruct (largest_entry n w) as [i [Hi Hmax]]; [lia|].
  assert (HA'w : forall a, (a < n)%nat -> Rabs (mulv n (A' a) w) <= INR n * (delta * M)).
  { intros a Ha. replace (mulv n (A' a) w) with (mulv n (fun j => A a j - A' a j) v).
    - apply mulv_bound; [lra| |exact Hv]. intros k Hk. rewrite Rabs_minus_sym. apply HA'; assumption.
    - unfold w. rewrite (mulv_ext n (A' a) (A' a) (fun j => v' j - v j) (fun j => 1 * v' j + (-1) * v j)) by (intros; ring).
      rewrite mulv_comb, Hv' by exact Ha. unfold mulv.
      rewrite (sum_ext n _ (fun j => A a j * v j + (-1) * (A' a j * v j))) by (intros; ring). rewrite sum_plus, sum_scal. ring. }
  assert (Hwi : w i = mulv n (C i) (fun a => mulv n (A' a) w)
     - sum n (fun j => (mulv n (C i) (fun k => A' k j) - (if (i =? j)%nat then 1 else 0)) * w j)).
  { unfold mulv at 1. rewrite sum_mulv.
    rewrite (sum_ext n (fun j => (_ - _) * w j) (fun j => w j * sum n (fun k => C i k * A' k j) + (-1) * (if (i =? j)%nat then w j else 0)))
      by (intros j _; unfold mulv; destruct (i =? j)%nat; ring).
    rewrite sum_plus, sum_scal, (sum_single n (fun j => if (i =? j)%nat then w j else 0) i Hi), Nat.eqb_refl; [ring|].
    intros k _ ne. destruct (Nat.eqb_spec i k); [congruence|reflexivity]. }
  assert (H1 : Rabs (mulv n (C i) (fun a => mulv n (A' a) w)) <= T * M * delta).
  { replace (T * M * delta) with (INR n * (K * (INR n * (delta * M)))) by (unfold T; ring).
    apply mulv_bound; [lra|intros k Hk; apply HCK; assumption|exact HA'w]. }
  assert (H2 : Rabs (sum n (fun j => (mulv n (C i) (fun k => A' k j) - (if (i =? j)%nat then 1 else 0)) * w j)) <= / 2 * Rabs (w i)).
  { replace (sum n _) with (mulv n (fun j => mulv n (C i) (fun k => A' k j) - (if (i =? j)%nat then 1 else 0)) w) by reflexivity.
    apply Rle_trans with (INR n * (INR n * (K * delta) * Rabs (w i))).
    - apply mulv_bound; [|intros k Hk; apply Hoff; assumption|exact Hmax].
      apply Rmult_le_pos; [exact HN|]. apply Rmult_le_pos; lra.
    - replace (INR n * (INR n * (K * delta) * Rabs (w i))) with (T * delta * Rabs (w i)) by (unfold T; ring).
      apply Rmult_le_compat_r; [apply Rabs_pos|exact HTd]. }
  assert (H3 : Rabs (w i) <= T * M * delta + / 2 * Rabs (w i)).
  { rewrite Hwi at 1. unfold Rminus at 1. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra. }
  generalize (Hmax j0 Hj0). unfold w at 1. lra.
Qed.

(* continuous activations make features continuous along lines of parameters *)
Definition continuous_activations (ls : list layer) : Prop := forall d b s u, In (d, b, s) ls -> continuity (s u).
Lemma sum_continuity n (f : R -> nat -> R) : (forall k, (k < n)%nat -> continuity (fun t => f t k)) -> continuity (fun t => sum n (f t)).
Proof.
  induction n as [|n IH]; intros H; simpl.
  - apply continuity_const. intros x y. reflexivity.
  - apply (continuity_plus (fun t => sum n (f t)) (fun t => f t n)); [apply IH; intros k Hk; apply H; lia|apply H; lia].
Qed.
Lemma line_coordinate_continuity p e k : continuity (fun t => line p e t k).
Proof.
  unfold line. apply (continuity_plus (fun _ => p k) (fun t => t * e k)); [apply continuity_const; intros x y; reflexivity|].
  apply (continuity_mult id (fun _ => e k)); [apply derivable_continuous, derivable_id|apply continuity_const; intros x y; reflexivity].
Qed.
Lemma feat_continuity ls : forall n th e (x : R -> nat -> R), continuous_activations ls -> (forall j, (j < n)%nat -> continuity (fun t => x t j)) ->
  forall u, (u < width n ls)%nat -> continuity (fun t => feat n ls (line th e t) (x t) u).
Proof.
  induction ls as [|[[d b] s] r IH]; intros n th e x Hs Hx u Hu; simpl in *; [apply Hx, Hu|].
  apply (IH d (shift (dsize n d b) th) (shift (dsize n d b) e) (fun t u => s u (dense n d b (line th e t) (x t) u))); [|clear u Hu|exact Hu].
  - intros d' b' s' u' Hin. apply (Hs d' b' s'). right. exact Hin.
  - intros u _. apply (continuity_comp (fun t => dense n d b (line th e t) (x t) u) (s u)); [|apply (Hs d b s); left; reflexivity].
    unfold dense. apply (continuity_plus (fun t => sum n (fun j => x t j * line th e t (u * n + j)%nat))
      (fun t => if b then line th e t (d * n + u)%nat else 0)).
    + apply sum_continuity. intros j Hj. apply (continuity_mult (fun t => x t j)); [apply Hx, Hj|apply line_coordinate_continuity].
    + destruct b; [apply line_coordinate_continuity|apply continuity_const; intros y z; reflexivity].
Qed.
(* finitely many continuous functions stay near their values at 0 together *)
Lemma near_zero n h (f : R -> nat -> nat -> R) delta : (forall i j, (i < n)%nat -> (j < h)%nat -> continuity (fun t => f t i j)) -> 0 < delta ->
  exists r, 0 < r /\ forall t, 0 < t < r -> forall i j, (i < n)%nat -> (j < h)%nat -> Rabs (f t i j - f 0 i j) <= delta.
Proof.
  intros Hf Hd. induction n as [|n IH]; [exists 1; split; [lra|intros; lia]|].
  destruct IH as [r [Hr H]]; [intros; apply Hf; lia|].
  assert (Hrow : exists r', 0 < r' /\ forall t, 0 < t < r' -> forall j, (j < h)%nat -> Rabs (f t n j - f 0 n j) <= delta).
  { clear H. assert (Hn : forall j, (j < h)%nat -> continuity (fun t => f t n j)) by (intros; apply Hf; lia). clear Hf.
    induction h as [|h IH]; [exists 1; split; [lra|intros; lia]|].
    destruct IH as [r' [Hr' H]]; [intros; apply Hn; lia|].
    destruct (Hn h ltac:(lia) 0 delta Hd) as [r2 [Hr2 H2]].
    exists (Rmin r' r2). split; [apply Rmin_glb_lt; assumption|]. intros t Ht j Hj.
    generalize (Rmin_l r' r2) (Rmin_r r' r2). intros. destruct (Nat.eq_dec j h) as [->|ne].
    - left. apply (H2 t). split; [split; [exact I|lra]|]. simpl. unfold R_dist. rewrite Rminus_0_r, Rabs_pos_eq; lra.
    - apply H; [lra|lia]. }
  destruct Hrow as [r' [Hr' H']]. exists (Rmin r r'). split; [apply Rmin_glb_lt; assumption|].
  intros t Ht i j Hi Hj. generalize (Rmin_l r r') (Rmin_r r r'). intros.
  destruct (Nat.eq_dec i n) as [->|ne]; [apply H'; [lra|exact Hj]|apply H; [lra|lia|exact Hj]].
Qed.

Section NoStrict.
Variables (n : nat) (ls : list layer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Hypothesis hidden_parameter : (0 < size n ls)%nat.
Hypothesis output : (0 < q)%nat.
Hypothesis continuous_s : continuous_activations ls.
Let P := params n ls q b.
Let E := loss n ls q b X L.
Let off := size n ls.
Let h := (width n ls + b2n b)%nat.
Let idx := didx off (width n ls) q.
Let F : vec -> nat -> nat -> R := fun th => entering n X ls th.
Let unit : vec := fun k => if (k =? 0)%nat then 1 else 0.

Lemma square_not_strict th : h = N -> injective N N (F th) -> ~ strict_min P E th.
Proof.
  intros Hh Hinj [eps [He Hmin]].
  destruct (matrix_bound N q (block idx th)) as [M [HM HV]].
  destruct (perturbed_solution N (F th) M eps Hinj HM He) as [delta [Hd Hpert]].
  destruct (near_zero N N (fun t i j => F (line th unit t) i j) delta) as [r [Hr Hnear]].
  { intros i j _ _. unfold F, entering, aug. destruct (Nat.ltb_spec j (width n ls)) as [Hj|_].
    - apply (feat_continuity ls n th unit (fun _ => X i) continuous_s); [|exact Hj].
      intros k _. apply continuity_const. intros x y. reflexivity.
    - apply continuity_const. intros x y. reflexivity. }
  { exact Hd. }
  set (t := Rmin r eps / 2).
  assert (Hm : 0 < Rmin r eps) by (apply Rmin_glb_lt; assumption).
  assert (Ht : 0 < t < r /\ t < eps) by (unfold t; generalize (Rmin_l r eps) (Rmin_r r eps); lra).
  set (p := line th unit t).
  assert (Hp0 : forall k, (0 < k)%nat -> p k = th k).
  { intros k Hk. unfold p, line, unit. destruct (Nat.eqb_spec k 0); [lia|ring]. }
  assert (Hidx : forall j c, (off <= idx j c)%nat) by (intros; apply didx_ge).
  assert (Hblock : forall j c, block idx p j c = block idx th j c).
  { intros j c. unfold block. apply Hp0. generalize (Hidx j c). unfold off in *. lia. }
  assert (HF : forall i j, (i < N)%nat -> (j < N)%nat -> Rabs (F p i j - F th i j) <= delta).
  { intros i j Hi Hj. assert (e := Hnear t (proj1 Ht) i j Hi Hj). rewrite line_start in e. exact e. }
  assert (HD : exists D, forall c, (c < q)%nat ->
     (forall i, (i < N)%nat -> mulm N (F p) D i c = mulm N (F th) (block idx th) i c - mulm N (F p) (block idx th) i c) /\
     forall j, (j < N)%nat -> Rabs (D j c) < eps).
  { assert (Hc : forall c, (c < q)%nat -> exists v,
       (forall i, (i < N)%nat -> mulv N (F p i) v = mulm N (F th) (block idx th) i c - mulm N (F p) (block idx th) i c) /\
     forall j, (j < N)%nat -> Rabs (v j) < eps).
    { intros c Hc. destruct (Hpert (F p) HF (fun j => block idx th j c)) as [v' [Hv' Hclose]]; [intros j Hj; apply HV; [exact Hj|exact Hc]|].
      exists (fun j => v' j - block idx th j c). split; [|exact Hclose]. intros i Hi. unfold mulm. rewrite <- (Hv' i Hi).
      rewrite (mulv_ext N (F p i) (F p i) _ (fun j => 1 * v' j + (-1) * block idx th j c)) by (intros; ring). rewrite mulv_comb. ring. }
    clear - Hc. revert Hc. unfold mulm. generalize (block idx th). intros V Hc. induction q as [|k IH]; [exists (fun _ _ => 0); intros; lia|].
    destruct IH as [D H]; [intros c Hck; apply Hc; lia|]. destruct (Hc k ltac:(lia)) as [v Hv].
    exists (fun j c => if (c =? k)%nat then v j else D j c). intros c Hck.
    destruct (Nat.eqb_spec c k) as [->|ne]; [exact Hv|apply H; lia]. }
  destruct HD as [D HD]. set (y := line p (dir h q idx D) 1).
  assert (Hdir_before : forall k, (k < off)%nat -> dir h q idx D k = 0).
  { intros k Hk. apply dir_out. intros j c _ _ e. generalize (Hidx j c). lia. }
  assert (Ey : E y = E th).
  { apply L_local. intros i c Hi Hc. unfold y.
    assert (e := out_line n ls q b N X p D 1 i c Hi Hc). fold off h idx in e. rewrite e. clear e.
    unfold net. rewrite !dense_mulm by exact Hc. fold off idx h. change (aug (width n ls) (feat n ls p (X i))) with (F p i).
    change (aug (width n ls) (feat n ls th (X i))) with (F th i).
    change (fun i0 => aug (width n ls) (feat n ls p (X i0))) with (F p).
    rewrite Hh, (proj1 (HD c Hc) i Hi). unfold mulm. rewrite (mulv_ext N (F p i) (F p i) (fun j => block idx p j c) (fun j => block idx th j c))
      by (intros; auto). ring. }
  assert (E th < E y); [|lra]. apply Hmin.
  - intros k Hk. unfold y, line at 1. destruct (classic (exists j c, (j < h)%nat /\ (c < q)%nat /\ k = idx j c)) as [[j [c [Hj [Hc ->]]]]|Hout].
    + rewrite Hp0 by (generalize (Hidx j c); unfold off in *; lia). unfold idx. rewrite (dir_in _ _ _ (didx_inj off (width n ls) q b)) by assumption.
      rewrite Rabs_minus_sym. replace (th (didx off (width n ls) q j c) + 1 * D j c - th (didx off (width n ls) q j c)) with (D j c) by ring.
      apply (HD c Hc). rewrite <- Hh. exact Hj.
    + rewrite dir_out by (intros j c Hj Hc e; apply Hout; exists j, c; auto).
      unfold p, line, unit. rewrite Rabs_minus_sym. destruct (k =? 0)%nat.
      * replace (th k + t * 1 + 1 * 0 - th k) with t by ring. rewrite Rabs_pos_eq; lra.
      * replace (th k + t * 0 + 1 * 0 - th k) with 0 by ring. rewrite Rabs_R0. exact He.
  - exists 0%nat. split; [unfold P, params; lia|]. unfold y, line at 1. rewrite Hdir_before by exact hidden_parameter.
    unfold p, line, unit. simpl. lra.
Qed.
(* Remark after 4.2: continuous activations, width (with an output bias) at least N; then there is no strict minimum at all, global or not. There is an output,
   and some hidden parameter: without hidden layers it is false (WideTheorem.basin_exists). No kernel function uses it. *)
Theorem wide_no_strict : (N <= h)%nat -> forall th, ~ strict_min P E th.
Proof.
  intros Hw th. destruct (classic (deficient N h (F th))) as [Hdef|Hfull].
  - apply (dependent_rule_output n q b N X L L_local ls th output Hdef).
  - assert (Hh : h = N).
    { destruct (Nat.eq_dec h N) as [|ne]; [assumption|]. elim Hfull. apply kernel. lia. }
    apply square_not_strict; [exact Hh|]. intros v Hv j Hj. destruct (Req_EM_T (v j) 0) as [|ne]; [assumption|]. elim Hfull.
    rewrite Hh. exists v. split; [exists j; split; [exact Hj|exact ne]|exact Hv].
Qed.
End NoStrict.
