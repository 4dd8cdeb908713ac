(* Rule 4.6, a wide hidden layer: no basin at all.

   - The proof is shorter than the written one, and needs no path. Let S be a basin, k a coordinate of the layers below, and x a point of S whose k-th
     coordinate is the largest (S is compact). What enters the next layer is an invertible matrix at x (else 4.1). Move coordinate k up a little: the matrix
     changes a little, and a small change of the next layer's weights keeps its pre-activations as they are (nearby_solution). So there is a point of equal
     loss, as near to x as one likes, with a larger k-th coordinate: it is in S, as points near S outside it have a larger loss, and it cannot be.
   - Hence F need only be continuous in one coordinate, at points of S. For networks the activations up to the layer are asked to be continuous everywhere.
   - Fewer samples: F = C F_B, with a constant matrix C and the rows F_B of some samples (wide_layer_rows); different inputs (wide_layer) and independent
     identities (wide_layer_identities) are cases of it. That a vector is an identity is a hypothesis.
   - The network is l1 ++ l2, the wide layer is the last of l1; the next layer is the first of l2, or the output layer.
   - Losses are any functions of the outputs (local). There is a parameter in l1, and a unit in the next layer. *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule PointwiseRank Compactness.
Import ListNotations.
Open Scope R_scope.

(* ---------- a system of equations that changes a little has a solution nearby ---------- *)
Lemma mulv_bound n a x d m : (forall j, (j < n)%nat -> Rabs (a j) <= d) -> (forall j, (j < n)%nat -> Rabs (x j) <= m) -> Rabs (mulv n a x) <= INR n * (d * m).
Proof.
  unfold mulv. induction n as [|n IH]; intros Ha Hx.
  - simpl. rewrite Rabs_R0. lra.
  - rewrite S_INR. change (sum (S n) ?f) with (sum n f + f n). cbv beta.
    eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_mult.
    assert (H1 : Rabs (a n) * Rabs (x n) <= d * m) by (apply Rmult_le_compat; try apply Rabs_pos; auto with arith).
    assert (H2 : Rabs (sum n (fun j => a j * x j)) <= INR n * (d * m)) by (apply IH; auto with arith). lra.
Qed.
Lemma mulv_difference n a b x : mulv n a x = mulv n b x - mulv n (fun j => b j - a j) x.
Proof. unfold mulv. rewrite <- sum_minus. apply sum_ext. intros. ring. Qed.
Lemma mulv_minus n a x y : mulv n a (fun j => x j - y j) = mulv n a x - mulv n a y.
Proof. unfold mulv. rewrite <- sum_minus. apply sum_ext. intros. ring. Qed.

(* solutions of A x = y are bounded by y *)
Lemma inverse_bound n A : injective n n A ->
  exists K, 0 < K /\ forall x r, (forall i, (i < n)%nat -> Rabs (mulv n (A i) x) <= r) -> forall j, (j < n)%nat -> Rabs (x j) <= K * r.
Proof.
  intros HA.
  set (C := fun j k => proj1_sig (surj n A HA (fun i => if (i =? k)%nat then 1 else 0)) j).
  assert (HC : forall i k, (i < n)%nat -> mulv n (A i) (fun j => C j k) = if (i =? k)%nat then 1 else 0).
  { intros i k Hi. unfold C. exact (proj2_sig (surj n A HA (fun i => if (i =? k)%nat then 1 else 0)) i Hi). }
  destruct (matrix_bound n n C) as [K [HK Hb]].
  assert (HK' : 0 < INR n + 1) by (generalize (pos_INR n); lra).
  exists ((INR n + 1) * K). split; [apply Rmult_lt_0_compat; assumption|]. intros x r Hr j Hj.
  assert (Hr0 : 0 <= r) by (generalize (Hr j Hj) (Rabs_pos (mulv n (A j) x)); lra).
  assert (e : x j = mulv n (C j) (fun k => mulv n (A k) x)).
  { assert (e : x j - mulv n (C j) (fun k => mulv n (A k) x) = 0); [|lra].
    apply (HA (fun j => x j - mulv n (C j) (fun k => mulv n (A k) x))); [|exact Hj].
    intros i Hi. rewrite (mulv_minus n (A i) x (fun j => mulv n (C j) (fun k => mulv n (A k) x))).
    assert (e : mulv n (A i) (fun j => mulv n (C j) (fun k => mulv n (A k) x)) = mulv n (A i) x); [|lra].
    unfold mulv at 1. rewrite (sum_mulv n n (A i) C). rewrite (sum_single n _ i Hi).
    - assert (e1 := HC i i Hi). rewrite Nat.eqb_refl in e1. unfold mulv at 1 in e1.
      rewrite e1. ring.
    - intros k Hk ne. assert (e1 := HC i k Hi). unfold mulv in e1. rewrite e1.
      destruct (Nat.eqb_spec i k); [congruence|ring]. }
  rewrite e. eapply Rle_trans; [apply mulv_bound with (d := K) (m := r)|].
  - intros k Hk. apply Hb; assumption.
  - exact Hr.
  - assert (0 <= K * r) by (apply Rmult_le_pos; lra). nra.
Qed.

Lemma nearby_solution n A v eps : injective n n A -> 0 < eps ->
  exists d, 0 < d /\ forall B, (forall i j, (i < n)%nat -> (j < n)%nat -> Rabs (B i j - A i j) <= d) ->
    exists v', (forall i, (i < n)%nat -> mulv n (B i) v' = mulv n (A i) v) /\ forall j, (j < n)%nat -> Rabs (v' j - v j) < eps.
Proof.
  intros HA He. destruct (Nat.eq_dec n 0) as [->|Hn0].
  { exists 1. split; [lra|]. intros B _. exists v. split; intros; lia. }
  destruct (inverse_bound n A HA) as [K [HK Hinv]]. destruct (dir_bound n v) as [M [HM Hv]].
  assert (Hn := pos_INR n). set (c := K * (INR n + 1)). assert (Hc : 0 < c) by (apply Rmult_lt_0_compat; lra).
  set (d := Rmin (/ (2 * c)) (eps / (4 * c * M))).
  assert (Hcm : 0 < 4 * c * M) by (apply Rmult_lt_0_compat; lra).
  assert (Hd : 0 < d).
  { unfold d. apply Rmin_glb_lt; [apply Rinv_0_lt_compat; lra|apply Rdiv_lt_0_compat; assumption]. }
  assert (Hd1 : c * d <= / 2).
  { apply Rle_trans with (c * / (2 * c)); [apply Rmult_le_compat_l; [lra|apply Rmin_l]|right; field; lra]. }
  assert (Hd2 : 2 * (c * d) * M <= eps / 2).
  { apply Rle_trans with (2 * (c * (eps / (4 * c * M))) * M); [|right; field; lra].
    apply Rmult_le_compat_r; [lra|]. apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; [lra|apply Rmin_r]. }
  exists d. split; [exact Hd|]. intros B HB.
  (* |B x| <= r bounds x *)
  assert (Hbound : forall x r, 0 <= r -> (forall i, (i < n)%nat -> Rabs (mulv n (B i) x) <= r) -> forall j, (j < n)%nat -> Rabs (x j) <= 2 * (K * r)).
  { intros x r Hr Hx j Hj. destruct (largest_entry n x ltac:(lia)) as [i [Hi Hmax]].
    set (m := Rabs (x i)) in *. assert (Hm : 0 <= m) by apply Rabs_pos.
    assert (Hle : m <= K * (r + INR n * (d * m))).
    { apply Hinv; [|exact Hi]. intros i' Hi'. rewrite (mulv_difference n (A i') (B i')).
      unfold Rminus at 1. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. apply Rplus_le_compat; [apply Hx, Hi'|].
      apply mulv_bound; [|exact Hmax]. intros j' Hj'. apply HB; assumption. }
    assert (Hh : K * (INR n * (d * m)) <= / 2 * m).
    { apply Rle_trans with (c * d * m); [|apply Rmult_le_compat_r; assumption].
      unfold c. assert (0 <= K * (d * m)) by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]). nra. }
    generalize (Hmax j Hj). lra. }
  assert (HBinj : injective n n B).
  { intros x Hx j Hj. assert (Hz := Hbound x 0 ltac:(lra)).
    destruct (Req_EM_T (x j) 0) as [|ne]; [assumption|exfalso]. apply (Rabs_no_R0 (x j) ne).
    apply Rle_antisym; [|apply Rabs_pos]. replace 0 with (2 * (K * 0)) by ring. apply Hz; [|exact Hj].
    intros i Hi. rewrite (Hx i Hi), Rabs_R0. lra. }
  destruct (surj n B HBinj (fun i => mulv n (A i) v)) as [v' Hv'].
  exists v'. split; [exact Hv'|]. intros j Hj.
  apply Rle_lt_trans with (2 * (K * (INR n * (d * M)))).
  - apply (Hbound (fun j => v' j - v j)); [|intros i Hi|exact Hj].
    { apply Rmult_le_pos; [exact Hn|apply Rmult_le_pos; lra]. }
    rewrite mulv_minus, Hv' by exact Hi. rewrite (mulv_difference n (A i) (B i)).
    replace (mulv n (B i) v - mulv n (fun j0 => B i j0 - A i j0) v - mulv n (B i) v) with (- mulv n (fun j0 => B i j0 - A i j0) v) by ring.
    rewrite Rabs_Ropp. apply mulv_bound; [intros j' Hj'; apply HB; assumption|]. intros j' Hj'. left. apply Hv, Hj'.
  - apply Rle_lt_trans with (2 * (c * d) * M); [|lra]. unfold c.
    assert (0 <= K * (d * M)) by (apply Rmult_le_pos; [lra|apply Rmult_le_pos; lra]). nra.
Qed.

Lemma choose_below (A : Type) (a0 : A) m (Q : nat -> A -> Prop) : (forall i, (i < m)%nat -> exists a, Q i a) -> exists f, forall i, (i < m)%nat -> Q i (f i).
Proof.
  induction m as [|m IH]; intros H; [exists (fun _ => a0); intros; lia|].
  destruct IH as [f Hf]; [intros; apply H; lia|]. destruct (H m ltac:(lia)) as [a Ha].
  exists (fun i => if (i =? m)%nat then a else f i). intros i Hi. destruct (Nat.eqb_spec i m) as [->|]; [exact Ha|apply Hf; lia].
Qed.
Lemma choose_columns q (Q : nat -> (nat -> R) -> Prop) : (forall c, (c < q)%nat -> exists v, Q c v) ->
  exists V : nat -> nat -> R, forall c, (c < q)%nat -> Q c (V c).
Proof. apply choose_below. exact (fun _ => 0). Qed.
(* the same with the matrices V and V' of q columns for v and v' *)
Lemma nearby_solutions n q A V eps : injective n n A -> 0 < eps ->
  exists d, 0 < d /\ forall B, (forall i j, (i < n)%nat -> (j < n)%nat -> Rabs (B i j - A i j) <= d) ->
    exists V', (forall i c, (i < n)%nat -> (c < q)%nat -> mulm n B V' i c = mulm n A V i c) /\
      forall j c, (j < n)%nat -> (c < q)%nat -> Rabs (V' j c - V j c) < eps.
Proof.
  intros HA He. assert (Hd : exists d, 0 < d /\ forall B, (forall i j, (i < n)%nat -> (j < n)%nat -> Rabs (B i j - A i j) <= d) ->
    forall c, (c < q)%nat -> exists v', (forall i, (i < n)%nat -> mulv n (B i) v' = mulm n A V i c) /\ forall j, (j < n)%nat -> Rabs (v' j - V j c) < eps).
  { induction q as [|q [d [Hd IH]]]; [exists 1; split; [lra|intros; lia]|].
    destruct (nearby_solution n A (fun j => V j q) eps HA He) as [d' [Hd' H']].
    exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|]. intros B HB c Hc.
    destruct (Nat.eq_dec c q) as [->|ne].
    - apply H'. intros i j Hi Hj. generalize (HB i j Hi Hj) (Rmin_r d d'). lra.
    - apply IH; [|lia]. intros i j Hi Hj. generalize (HB i j Hi Hj) (Rmin_l d d'). lra. }
  destruct Hd as [d [Hd H]]. exists d. split; [exact Hd|]. intros B HB.
  destruct (choose_columns q _ (H B HB)) as [W HW]. exists (fun j c => W c j). split.
  - intros i c Hi Hc. apply (HW c Hc), Hi.
  - intros j c Hj Hc. apply (HW c Hc), Hj.
Qed.

(* coordinate k is in the block, or it is not *)
Lemma in_block h q (idx : nat -> nat -> nat) k : (exists j c, (j < h)%nat /\ (c < q)%nat /\ k = idx j c) \/ (forall j c, (j < h)%nat -> (c < q)%nat -> k <> idx j c).
Proof.
  destruct (existsb (fun j => existsb (fun c => (k =? idx j c)%nat) (seq 0 q)) (seq 0 h)) eqn:e.
  - left. apply existsb_exists in e. destruct e as [j [Hj e]]. apply existsb_exists in e. destruct e as [c [Hc e]].
    apply in_seq in Hj. apply in_seq in Hc. apply Nat.eqb_eq in e. exists j, c. repeat split; [lia|lia|exact e].
  - right. intros j c Hj Hc ek. assert (existsb (fun j => existsb (fun c => (k =? idx j c)%nat) (seq 0 q)) (seq 0 h) = true); [|congruence].
    apply existsb_exists. exists j. split; [apply in_seq; lia|]. apply existsb_exists. exists c. split; [apply in_seq; lia|].
    apply Nat.eqb_eq, ek.
Qed.

(* ---------- the theorem for a block (Blocks.v) ---------- *)
Section Block.
Variables (P N h q : nat) (idx : nat -> nat -> nat).
Hypothesis idx_lt : forall j c, (j < h)%nat -> (c < q)%nat -> (idx j c < P)%nat.
Hypothesis idx_inj : forall j c j' c', (j < h)%nat -> (c < q)%nat -> (j' < h)%nat -> (c' < q)%nat ->
  idx j c = idx j' c' -> j = j' /\ c = c'.
Variables (F : vec -> nat -> nat -> R) (G : vec -> (nat -> nat -> R) -> R) (k0 : nat).
Hypothesis F_ext : forall x y, agree P h q idx x y -> forall i j, (i < N)%nat -> (j < h)%nat -> F x i j = F y i j.
(* G reads neither the block nor coordinate k0, which is not in the block *)
Hypothesis G_ext : forall x y Z Z',
  (forall k, (k < P)%nat -> k <> k0 -> (forall j c, (j < h)%nat -> (c < q)%nat -> k <> idx j c) -> x k = y k) ->
  (forall i c, (i < N)%nat -> (c < q)%nat -> Z i c = Z' i c) -> G x Z = G y Z'.
Hypothesis k0_lt : (k0 < P)%nat.
Hypothesis k0_out : forall j c, (j < h)%nat -> (c < q)%nat -> k0 <> idx j c.
Hypothesis F_cont : forall x i j, (i < N)%nat -> (j < h)%nat -> continuous_at P (fun y => F y i j) x.

(* x with its block replaced by V, and t added to coordinate k0 *)
Let moved (x : vec) (V : nat -> nat -> R) (t : R) : vec :=
  line (fun k => if (k =? k0)%nat then x k + t else x k) (dir h q idx (fun j c => V j c - block idx x j c)) 1.
Lemma moved_k0 x V t : moved x V t k0 = x k0 + t.
Proof.
  unfold moved, line. rewrite Nat.eqb_refl, (dir_out h q idx _ k0) by exact k0_out. ring.
Qed.
Lemma moved_block x V t j c : (j < h)%nat -> (c < q)%nat -> moved x V t (idx j c) = V j c.
Proof.
  intros Hj Hc. unfold moved, line. rewrite (dir_in h q idx idx_inj _ j c Hj Hc). unfold block.
  destruct (Nat.eqb_spec (idx j c) k0) as [e|_]; [exfalso; apply (k0_out j c Hj Hc); symmetry; exact e|ring].
Qed.
Lemma moved_rest x V t k : k <> k0 -> (forall j c, (j < h)%nat -> (c < q)%nat -> k <> idx j c) -> moved x V t k = x k.
Proof.
  intros ne Hout. unfold moved, line. rewrite dir_out by exact Hout. destruct (Nat.eqb_spec k k0); [contradiction|ring].
Qed.
Theorem wide_layer_block : (N <= h)%nat -> (0 < q)%nat -> forall S, ~ basin P (fun y => G y (mulm h (F y) (block idx y))) S.
Proof.
  intros Hh Hq S HB. assert (HB' := HB). destruct HB' as [Hne [_ [Hc [eps [He Hb]]]]].
  (* the point with the largest coordinate k0 *)
  destruct (minimum_exists P S (fun x => - x k0) Hc Hne) as [x [Sx Hmax]].
  { intros x _. apply continuous_at_on, (cont_comp P x (fun t => - t)); [|apply cont_coord, k0_lt].
    apply derivable_continuous_pt. exists (- 1). apply (derivable_pt_lim_opp id), derivable_pt_lim_id. }
  (* the matrix is invertible there *)
  assert (Hnd : ~ deficient N h (F x)).
  { intros Hd. apply (rank_rule P N h q idx idx_lt idx_inj F F_ext G) with (S := S) (x := x); try assumption.
    intros y z Z Z' Hyz. apply G_ext. intros k Hk _ Hout. apply Hyz; assumption. }
  assert (e : h = N) by (destruct (Nat.eq_dec h N) as [|ne]; [assumption|exfalso; apply Hnd, kernel; lia]).
  assert (Hinj : injective N N (F x)).
  { rewrite <- e at 2. intros v Hv j Hj. destruct (Req_EM_T (v j) 0) as [|ne]; [assumption|exfalso]. apply Hnd.
    exists v. split; [exists j; split; assumption|exact Hv]. }
  (* move it up a little *)
  destruct (nearby_solutions N q (F x) (block idx x) (eps / 2) Hinj ltac:(lra)) as [d [Hd Hnear]].
  assert (Hr : exists r, 0 < r /\ forall y, close P r x y -> forall i j, (i < N)%nat -> (j < N)%nat -> Rabs (F y i j - F x i j) <= d).
  { assert (Hr : forall m, (m <= N)%nat -> exists r, 0 < r /\ forall y, close P r x y -> forall i j, (i < m)%nat -> (j < N)%nat -> Rabs (F y i j - F x i j) <= d).
    { induction m as [|m IH]; intros Hm; [exists 1; split; [lra|intros; lia]|]. destruct IH as [r [Hr H]]; [lia|].
      assert (Hc2 : forall p, (p <= N)%nat -> exists r', 0 < r' /\ forall y, close P r' x y -> forall j, (j < p)%nat -> Rabs (F y m j - F x m j) <= d).
      { induction p as [|p IHp]; intros Hp; [exists 1; split; [lra|intros; lia]|]. destruct IHp as [r1 [Hr1 H1]]; [lia|].
        destruct (F_cont x m p ltac:(lia) ltac:(lia) d Hd) as [r2 [Hr2 H2]].
        exists (Rmin r1 r2). split; [apply Rmin_glb_lt; assumption|]. intros y Hy j Hj.
        destruct (Nat.eq_dec j p) as [->|ne].
        - rewrite Rabs_minus_sym. left. apply H2; [exact I|]. apply close_le with (2 := Hy), Rmin_r.
        - apply H1; [|lia]. apply close_le with (2 := Hy), Rmin_l. }
      destruct (Hc2 N (le_n N)) as [r' [Hr' H']]. exists (Rmin r r'). split; [apply Rmin_glb_lt; assumption|].
      intros y Hy i j Hi Hj. destruct (Nat.eq_dec i m) as [->|ne].
      - apply H'; [|exact Hj]. apply close_le with (2 := Hy), Rmin_r.
      - apply H; [|lia|exact Hj]. apply close_le with (2 := Hy), Rmin_l. }
    apply Hr. lia. }
  destruct Hr as [r [Hrpos HF]]. set (t := Rmin (r / 2) (eps / 2)).
  assert (Ht : 0 < t) by (unfold t; apply Rmin_glb_lt; lra).
  assert (Ht1 : t <= r / 2) by apply Rmin_l. assert (Ht2 : t <= eps / 2) by apply Rmin_r.
  (* the matrix there; it does not depend on the block *)
  set (x1 := moved x (block idx x) t).
  assert (Hx1 : close P r x x1).
  { intros k Hk. unfold x1. destruct (Nat.eq_dec k k0) as [->|ne].
    - rewrite moved_k0. replace (x k0 - (x k0 + t)) with (- t) by ring. rewrite Rabs_Ropp, Rabs_pos_eq; lra.
    - destruct (in_block h q idx k) as [[j [c [Hj [Hcc ->]]]]|Hout].
      + rewrite moved_block by assumption. unfold block. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact Hrpos.
      + rewrite moved_rest, Rminus_diag_eq, Rabs_R0 by (try assumption; reflexivity). exact Hrpos. }
  destruct (Hnear (F x1) (HF x1 Hx1)) as [V [HV HVx]].
  set (y := moved x V t).
  assert (Hyx1 : agree P h q idx x1 y).
  { intros k Hk Hout. unfold x1, y. destruct (Nat.eq_dec k k0) as [->|ne]; [rewrite !moved_k0; reflexivity|].
    rewrite !moved_rest by assumption. reflexivity. }
  assert (HE : G y (mulm h (F y) (block idx y)) = G x (mulm h (F x) (block idx x))).
  { apply G_ext.
    - intros k Hk ne Hout. unfold y. apply moved_rest; assumption.
    - intros i c Hi Hcc. transitivity (mulm N (F x1) V i c); [|rewrite HV by assumption; rewrite e; reflexivity].
      rewrite e. apply mulv_ext; intros j Hj.
      + symmetry. apply F_ext; [exact Hyx1|exact Hi|lia].
      + unfold block, y. apply moved_block; [lia|exact Hcc]. }
  assert (Hxy : close P eps x y).
  { intros k Hk. unfold y. destruct (Nat.eq_dec k k0) as [->|ne].
    - rewrite moved_k0. replace (x k0 - (x k0 + t)) with (- t) by ring. rewrite Rabs_Ropp, Rabs_pos_eq; lra.
    - destruct (in_block h q idx k) as [[j [c [Hj [Hcc ->]]]]|Hout].
      + rewrite moved_block by assumption. rewrite Rabs_minus_sym. generalize (HVx j c ltac:(lia) Hcc). unfold block. lra.
      + rewrite moved_rest, Rminus_diag_eq, Rabs_R0 by (try assumption; reflexivity). exact He. }
  destruct (Classical_Prop.classic (S y)) as [Sy|Sy].
  - generalize (Hmax y Sy). unfold y. rewrite moved_k0. lra.
  - generalize (Hb x y Sx Sy (ex_intro _ x (conj Sx Hxy))). rewrite HE. lra.
Qed.
End Block.

(* ---------- networks ---------- *)
(* the bias of the layer after l1 in the network l1 ++ l2: the first of l2, or the output layer; its units are next_width l2 q (RankRule.v) *)
Definition next_bias (l2 : list layer) (bo : bool) : bool := match l2 with [] => bo | (_, b, _) :: _ => b end.

(* what enters the layer after l1, a column of ones with it if b: rows row 0, ..., row (M - 1) determine all N, by the constant matrix C *)
Definition rows_suffice (n : nat) (l1 : list layer) (b : bool) (N : nat) (X : nat -> nat -> R) (M : nat) (row : nat -> nat) (C : nat -> nat -> R) : Prop :=
  (forall a, (a < M)%nat -> (row a < N)%nat) /\ forall th i j, (i < N)%nat -> (j < width n l1 + b2n b)%nat ->
    entering n X l1 th i j = sum M (fun a => C i a * entering n X l1 th (row a) j).

Lemma entering_cont n l1 X P th i j : continuous_layers l1 -> (size n l1 <= P)%nat -> continuous_at P (fun y => entering n X l1 y i j) th.
Proof.
  intros Hc HP. unfold entering, aug. destruct (Nat.ltb_spec j (width n l1)) as [Hj|]; [|apply cont_const].
  apply (cont_feat P th l1 Hc n 0 (fun _ => X i)); [lia| |exact Hj]. intros. apply cont_const.
Qed.
Lemma combined_rows h M (C : nat -> R) (A V : nat -> nat -> R) a c : (forall j, (j < h)%nat -> a j = sum M (fun r => C r * A r j)) ->
  mulv h a (fun j => V j c) = sum M (fun r => C r * mulm h A V r c).
Proof.
  intros Ha. unfold mulm, mulv. rewrite (sum_ext M _ (fun r => sum h (fun j => C r * (A r j * V j c)))) by (intros; symmetry; apply sum_scal).
  rewrite sum_swap. apply sum_ext. intros j Hj. rewrite (Ha j Hj), Rmult_comm, <- sum_scal. apply sum_ext. intros. ring.
Qed.

(* Rule 4.6 in the form that all others are cases of: some rows of what enters the layer after l1 determine all, and the layer is as wide as they are many. *)
Theorem wide_layer_rows n l1 l2 q bo N X L M row C : local N q L -> continuous_layers l1 -> (0 < size n l1)%nat -> (0 < next_width l2 q)%nat ->
  rows_suffice n l1 (next_bias l2 bo) N X M row C -> (M <= width n l1 + b2n (next_bias l2 bo))%nat ->
  forall S, ~ basin (params n (l1 ++ l2) q bo) (loss n (l1 ++ l2) q bo X L) S.
Proof.
  intros HL Hc Hsize Hq [Hrow HC] Hw S HB.
  set (m := width n l1) in *. set (off := size n l1) in *.
  destruct l2 as [|[[d b] s] l2]; simpl in Hq, HC, Hw.
  - rewrite app_nil_r in HB.
    refine (wide_layer_block (params n l1 q bo) M (m + b2n bo) q (didx off m q) _ (didx_inj off m q bo)
      (fun th a => entering n X l1 th (row a)) (fun _ Z => L (fun i c => sum M (fun a => C i a * Z a c))) 0 _ _ _ _ _ Hw Hq S _).
    + apply Networks.i_lt.
    + intros x y Hxy a j Ha Hj. apply (Networks.F_ext n l1 q bo N X x y Hxy); auto.
    + intros x y Z Z' _ HZ. apply HL. intros i c _ Hcc. apply sum_ext. intros a Ha. rewrite HZ by assumption. reflexivity.
    + unfold params. fold off. lia.
    + intros j c _ _. generalize (didx_ge off m q j c). lia.
    + intros x a j _ _. apply entering_cont; [exact Hc|]. unfold params. lia.
    + destruct HB as [H1 [H2 [H3 [e [He H4]]]]]. repeat (split; [assumption|]). exists e. split; [exact He|]. intros x y.
      assert (HE : forall th, loss n l1 q bo X L th = L (fun i c => sum M (fun a => C i a *
        mulm (m + b2n bo) (fun a => entering n X l1 th (row a)) (block (didx off m q) th) a c))).
      { intros th. rewrite (Networks.E_eq n l1 q bo N X L HL). apply HL. intros i c Hi _.
        apply (combined_rows _ M (C i)). intros j Hj. apply (HC th i j Hi Hj). }
      rewrite <- !HE. apply H4.
  - set (G := fun (th : vec) (Z : nat -> nat -> R) => L (fun i =>
      dense (width d l2) q bo (shift (off + dsize m d b + size d l2) th) (feat d l2 (shift (off + dsize m d b) th)
        (fun u => s u (sum M (fun a => C i a * Z a u)))))).
    assert (HP := WideTheorem.P_eq n l1 d b s l2 q bo). fold off m in HP.
    refine (wide_layer_block (params n (l1 ++ (d, b, s) :: l2) q bo) M (m + b2n b) d (didx off m d) _ (didx_inj off m d b)
      (fun th a => entering n X l1 th (row a)) G 0 _ _ _ _ _ Hw Hq S _).
    + intros j c. apply didx_lt. rewrite HP. lia.
    + intros x y Hxy a j Ha Hj. apply (WideTheorem.F_ext n l1 d b s l2 q bo N X x y Hxy); auto.
    + intros x y Z Z' Hxy HZ. apply HL. intros i c _ Hcc.
      assert (Hk : forall k, (off + dsize m d b <= k)%nat -> (k < params n (l1 ++ (d, b, s) :: l2) q bo)%nat -> x k = y k).
      { intros k Hk1 Hk2. apply Hxy; [exact Hk2|lia|]. intros j c' Hj Hc'. generalize (didx_lt' off m d b j c' Hj Hc'). lia. }
      rewrite HP in Hk. apply dense_ext; [exact Hcc| |apply feat_ext].
      * intros k Hkk. apply Hk; lia.
      * intros k Hkk. apply Hk; lia.
      * intros u Hu. f_equal. apply sum_ext. intros a Ha. rewrite HZ by assumption. reflexivity.
    + rewrite HP. lia.
    + intros j c _ _. generalize (didx_ge off m d j c). lia.
    + intros x a j _ _. apply entering_cont; [exact Hc|]. rewrite HP. fold off. lia.
    + destruct HB as [H1 [H2 [H3 [e [He H4]]]]]. repeat (split; [assumption|]). exists e. split; [exact He|]. intros x y.
      assert (HE : forall th, loss n (l1 ++ (d, b, s) :: l2) q bo X L th = G th
        (mulm (m + b2n b) (fun a => entering n X l1 th (row a)) (block (didx off m d) th))).
      { intros th. rewrite (WideTheorem.E_eq n l1 d b s l2 q bo N X L HL). apply HL. intros i c Hi Hcc.
        apply dense_ext; [exact Hcc|reflexivity|]. apply feat_ext; [reflexivity|]. intros u Hu. f_equal.
        apply (combined_rows _ M (C i)). intros j Hj. apply (HC th i j Hi Hj). }
      fold (G x (mulm (m + b2n b) (fun a => entering n X l1 x (row a)) (block (didx off m d) x))).
      fold (G y (mulm (m + b2n b) (fun a => entering n X l1 y (row a)) (block (didx off m d) y))).
      rewrite <- !HE. apply H4.
Qed.

(* Rule 4.6: the layer is at least as wide as there are different inputs. X 0, ..., X (N - 1) are the inputs; each is the same as one of M of them, those of
   the samples row 0, ..., row (M - 1): sample i has the input of sample row (which i). With row and which the identity it is N itself (wide_layer_samples). *)
Theorem wide_layer n l1 l2 q bo N X L M row which : local N q L -> continuous_layers l1 -> (0 < size n l1)%nat -> (0 < next_width l2 q)%nat ->
  (forall a, (a < M)%nat -> (row a < N)%nat) ->
  (forall i, (i < N)%nat -> (which i < M)%nat /\ forall j, (j < n)%nat -> X i j = X (row (which i)) j) ->
  (M <= width n l1 + b2n (next_bias l2 bo))%nat ->
  forall S, ~ basin (params n (l1 ++ l2) q bo) (loss n (l1 ++ l2) q bo X L) S.
Proof.
  intros HL Hc Hs Hq Hrow Hwhich Hw.
  apply wide_layer_rows with (N := N) (M := M) (row := row) (C := fun i a => if (a =? which i)%nat then 1 else 0); try assumption.
  split; [exact Hrow|]. intros th i j Hi Hj. destruct (Hwhich i Hi) as [Hlt Heq].
  rewrite (sum_single M _ (which i) Hlt).
  - rewrite Nat.eqb_refl, Rmult_1_l. unfold entering, aug. destruct (Nat.ltb_spec j (width n l1)) as [Hj'|]; [|reflexivity].
    apply feat_ext; [reflexivity|exact Heq|exact Hj'].
  - intros a _ ne. destruct (Nat.eqb_spec a (which i)); [contradiction|ring].
Qed.
(* Rule 4.6, the plain form: at least as wide as there are samples. Kernel: WideLayerStep. *)
Theorem wide_layer_samples n l1 l2 q bo N X L : local N q L -> continuous_layers l1 -> (0 < size n l1)%nat -> (0 < next_width l2 q)%nat ->
  (N <= width n l1 + b2n (next_bias l2 bo))%nat ->
  forall S, ~ basin (params n (l1 ++ l2) q bo) (loss n (l1 ++ l2) q bo X L) S.
Proof.
  intros HL Hc Hs Hq Hw. apply wide_layer with (N := N) (M := N) (row := fun a => a) (which := fun i => i); auto.
Qed.

(* ---------- identities ---------- *)
Lemma skip_lt p n j : (j < n)%nat -> (skip p j < S n)%nat.
Proof. intros Hj. unfold skip. destruct (Nat.ltb_spec j p); lia. Qed.
Lemma skip_ne p j : skip p j <> p.
Proof. unfold skip. destruct (Nat.ltb_spec j p); lia. Qed.
Lemma skip_inj p i j : skip p i = skip p j -> i = j.
Proof. unfold skip. destruct (Nat.ltb_spec i p), (Nat.ltb_spec j p); lia. Qed.

(* All vectors of R^N that are orthogonal to k independent ones are determined by N - k of their entries, linearly. *)
Lemma orthogonal_rows N k : forall r, independent N k r -> exists M row C, (M + k = N)%nat /\ (forall a, (a < M)%nat -> (row a < N)%nat) /\
  (forall y, (forall a, (a < k)%nat -> orthogonal N (r a) y) -> forall i, (i < N)%nat -> y i = sum M (fun a => C i a * y (row a))) /\
  (* the columns of C are orthogonal to all r; its rows row 0, ..., row (M - 1) are those of the identity *)
  (forall a c, (a < k)%nat -> (c < M)%nat -> orthogonal N (r a) (fun i => C i c)) /\
  (forall a c, (a < M)%nat -> (c < M)%nat -> C (row a) c = if (a =? c)%nat then 1 else 0).
Proof.
  induction k as [|k IH]; intros r Hr.
  - exists N, (fun a => a), (fun i a => if (i =? a)%nat then 1 else 0). split; [lia|]. split; [intros; assumption|].
    split; [|split; [intros; lia|intros; reflexivity]]. intros y _ i Hi. rewrite (sum_single N _ i Hi); [rewrite Nat.eqb_refl; ring|]. intros a _ ne.
    destruct (Nat.eqb_spec i a); [congruence|ring].
  - destruct (IH r) as [M [row [C [HM [Hrow [Hy [HC Hid]]]]]]].
    { intros g Hg a Ha. rewrite <- (Hr (fun a => if (a <? k)%nat then g a else 0)) with (a := a); [|intros i Hi|lia].
      - destruct (Nat.ltb_spec a k); [reflexivity|lia].
      - simpl. rewrite Nat.ltb_irrefl, Rmult_0_l, Rplus_0_r. rewrite <- (Hg i Hi). apply sum_ext. intros c Hc.
        destruct (Nat.ltb_spec c k); [reflexivity|lia]. }
    set (rho := fun a => sum N (fun i => r k i * C i a)).
    destruct (pivot M rho) as [[p [Hp Hne]]|Hz].
    + destruct M as [|M]; [lia|].
      exists M, (fun a => row (skip p a)), (fun i a => C i (skip p a) - C i p * (rho (skip p a) / rho p)).
      split; [lia|]. split; [intros a Ha; apply Hrow, skip_lt, Ha|].
      assert (Horth : forall y, (forall a, (a < k)%nat -> orthogonal N (r a) y) -> orthogonal N (r k) y <-> sum (S M) (fun a => rho a * y (row a)) = 0).
      { intros y Hyk. unfold orthogonal. assert (e : sum N (fun i => r k i * y i) = sum (S M) (fun a => rho a * y (row a))); [|rewrite e; reflexivity].
        rewrite (sum_ext N _ (fun i => sum (S M) (fun a => y (row a) * (r k i * C i a)))).
        - rewrite sum_swap. apply sum_ext. intros a _. rewrite sum_scal. unfold rho. ring.
        - intros i Hi. rewrite (Hy y Hyk i Hi) at 1. rewrite <- sum_scal. apply sum_ext. intros. ring. }
      split; [|split].
      * intros y Hyk i Hi.
        assert (Hyk' : forall a, (a < k)%nat -> orthogonal N (r a) y) by (intros a Ha; apply Hyk; lia).
        assert (e := proj1 (Horth y Hyk') (Hyk k ltac:(lia))). rewrite (sum_skip M _ p ltac:(lia)) in e.
        rewrite (Hy y Hyk' i Hi), (sum_skip M _ p ltac:(lia)).
        rewrite (sum_ext M (fun a => (C i (skip p a) - C i p * (rho (skip p a) / rho p)) * y (row (skip p a)))
          (fun a => C i (skip p a) * y (row (skip p a)) + (- (C i p / rho p)) * (rho (skip p a) * y (row (skip p a))))) by (intros; field; exact Hne).
        rewrite sum_plus, sum_scal.
        replace (y (row p)) with (- sum M (fun j => rho (skip p j) * y (row (skip p j))) / rho p).
        2:{ apply (Rmult_eq_reg_l (rho p)); [|exact Hne].
            replace (rho p * (- sum M (fun j => rho (skip p j) * y (row (skip p j))) / rho p))
              with (- sum M (fun j => rho (skip p j) * y (row (skip p j)))) by (field; exact Hne). lra. }
        field. exact Hne.
      * intros a c Ha Hc. unfold orthogonal.
        rewrite (sum_ext N _ (fun i => r a i * C i (skip p c) + (- (rho (skip p c) / rho p)) * (r a i * C i p))) by (intros; field; exact Hne).
        rewrite sum_plus, sum_scal. destruct (Nat.eq_dec a k) as [->|ne].
        -- fold (rho (skip p c)). fold (rho p). field. exact Hne.
        -- rewrite (HC a (skip p c)), (HC a p) by (try apply skip_lt; lia). ring.
      * intros a c Ha Hc. assert (Hs := skip_lt p M a Ha). assert (Hs' := skip_lt p M c Hc).
        rewrite (Hid _ _ Hs Hs'), (Hid _ _ Hs Hp).
        destruct (Nat.eqb_spec (skip p a) p) as [e|_]; [exfalso; exact (skip_ne p a e)|].
        destruct (Nat.eqb_spec (skip p a) (skip p c)) as [e|ne], (Nat.eqb_spec a c) as [e'|ne']; try ring.
        -- exfalso. apply ne', (skip_inj p), e.
        -- exfalso. apply ne. rewrite e'. reflexivity.
    + (* the columns of C and r 0, ..., r k: N + 1 vectors of R^N *)
      exfalso. destruct (kernel N (M + S k) (fun i j => if (j <? M)%nat then C i j else r (j - M)%nat i)) as [v [[j0 [Hj0 Hv0]] Hv]]; [lia|].
      set (t := fun i => sum (S k) (fun a => v (M + a)%nat * r a i)).
      assert (Heq : forall i, (i < N)%nat -> mulv M (C i) v + t i = 0).
      { intros i Hi. rewrite <- (Hv i Hi). unfold mulv. rewrite sum_app. f_equal.
        - apply sum_ext. intros j Hj. destruct (Nat.ltb_spec j M); [reflexivity|lia].
        - apply sum_ext. intros a _. destruct (Nat.ltb_spec (M + a) M); [lia|]. replace (M + a - M)%nat with a by lia. ring. }
      assert (HCt : sum N (fun i => t i * mulv M (C i) v) = 0).
      { rewrite sum_mulv. apply sum_zero. intros c Hc.
        assert (e : sum N (fun i => t i * C i c) = 0); [|rewrite e; ring].
        rewrite (sum_ext N _ (fun i => sum (S k) (fun a => v (M + a)%nat * (r a i * C i c)))).
        - rewrite sum_swap. apply sum_zero. intros a Ha. rewrite sum_scal.
          assert (e : sum N (fun i => r a i * C i c) = 0); [|rewrite e; ring].
          destruct (Nat.eq_dec a k) as [->|ne]; [apply (Hz c Hc)|apply HC; lia].
        - intros i _. unfold t. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. }
      assert (Ht : forall i, (i < N)%nat -> t i = 0).
      { apply sum_squares_zero. rewrite (sum_ext N _ (fun i => (-1) * (t i * mulv M (C i) v))); [rewrite sum_scal, HCt; ring|].
        intros i Hi. replace (t i) with (- mulv M (C i) v) at 2 by (generalize (Heq i Hi); lra). ring. }
      apply Hv0. destruct (Nat.lt_ge_cases j0 M) as [Hlt|Hge].
      * assert (e := Heq (row j0) (Hrow j0 Hlt)). rewrite Ht, Rplus_0_r in e by (apply Hrow, Hlt). rewrite <- e. unfold mulv.
        rewrite (sum_single M _ j0 Hlt); [rewrite Hid, Nat.eqb_refl by assumption; ring|].
        intros c Hc ne. rewrite Hid by assumption. destruct (Nat.eqb_spec j0 c); [congruence|ring].
      * replace j0 with (M + (j0 - M))%nat by lia. apply (Hr (fun a => v (M + a)%nat) Ht (j0 - M)%nat). lia.
Qed.

(* Rule 4.6, identities: k independent vectors r 0, ..., r (k - 1) have r^T F = 0 for what enters the next layer, whatever the parameters; then N - k instead
   of N. Kernel: WideLayerStep, with identities. *)
Theorem wide_layer_identities n l1 l2 q bo N X L k r : local N q L -> continuous_layers l1 -> (0 < size n l1)%nat -> (0 < next_width l2 q)%nat ->
  independent N k r ->
  (forall th a j, (a < k)%nat -> (j < width n l1 + b2n (next_bias l2 bo))%nat -> orthogonal N (r a) (fun i => entering n X l1 th i j)) ->
  (N <= width n l1 + b2n (next_bias l2 bo) + k)%nat ->
  forall S, ~ basin (params n (l1 ++ l2) q bo) (loss n (l1 ++ l2) q bo X L) S.
Proof.
  intros HL Hc Hs Hq Hr Hid Hw. destruct (orthogonal_rows N k r Hr) as [M [row [C [HM [Hrow [Hy _]]]]]].
  apply wide_layer_rows with (N := N) (M := M) (row := row) (C := C); try assumption; [|lia].
  split; [exact Hrow|]. intros th i j Hi Hj. apply (Hy (fun i => entering n X l1 th i j)); [|exact Hi].
  intros a Ha. apply Hid; assumption.
Qed.
(* Vectors in echelon form, the form in which the kernel asks for identities, are independent: each has its first entry that is not 0 further right than the
   one before. Kernel: require_echelon. *)
Lemma echelon_independent N k (r : nat -> nat -> R) (lead : nat -> nat) :
  (forall a, (a < k)%nat -> (lead a < N)%nat /\ r a (lead a) <> 0 /\ forall i, (i < lead a)%nat -> r a i = 0) ->
  (forall a a', (a < a')%nat -> (a' < k)%nat -> (lead a < lead a')%nat) -> independent N k r.
Proof.
  intros Hlead Hinc g Hg a. induction a as [a IH] using (well_founded_induction Wf_nat.lt_wf). intros Ha.
  destruct (Hlead a Ha) as [Hl [Hne _]]. assert (e := Hg (lead a) Hl). rewrite (sum_single k _ a Ha) in e.
  - destruct (Rmult_integral _ _ e); [assumption|contradiction].
  - intros a' Ha' ne. destruct (Nat.lt_ge_cases a' a) as [Hlt|Hge]; [rewrite (IH a' Hlt Ha'); ring|].
    destruct (Hlead a' Ha') as [_ [_ Hz]]. rewrite Hz; [ring|]. apply Hinc; lia.
Qed.

(* No basin at all: no strict local minimum either. *)
Lemma no_basin_not_strict P E : reads P E -> (forall S, ~ basin P E S) -> forall th, ~ strict_min P E th.
Proof. intros Hr H th Hs. apply (H (point P th)), strict_min_basin; [exact Hr|exact Hs]. Qed.
Theorem wide_layer_not_strict n l1 l2 q bo N X L : local N q L -> continuous_layers l1 -> (0 < size n l1)%nat -> (0 < next_width l2 q)%nat ->
  (N <= width n l1 + b2n (next_bias l2 bo))%nat ->
  forall th, ~ strict_min (params n (l1 ++ l2) q bo) (loss n (l1 ++ l2) q bo X L) th.
Proof.
  intros HL Hc Hs Hq Hw. apply no_basin_not_strict; [apply loss_reads with N, HL|]. apply wide_layer_samples with N; assumption.
Qed.
