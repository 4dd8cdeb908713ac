(* Finite sums of real numbers, and the linear algebra the wide side needs.

   A vector is a function nat -> R of which only the entries below its length are read; a matrix is A : nat -> nat -> R, A i j in row i and column j.
   mulv h A v is the product of one row A, of h entries, with the column v. "The matrix with N rows and h columns has rank below h" is said by a vector v,
   not zero below h, with A v = 0 in the first N rows (Blocks.deficient), so no theory of ranks is needed. What is needed of Gaussian elimination:
     kernel: fewer equations than unknowns have a solution that is not zero;
     surj:   a square matrix without kernel reaches every right-hand side.
   Real numbers are those of Coq's standard library. *)
Require Import Reals Lra Lia PeanoNat List Bool.
Import ListNotations.
Open Scope R_scope.

(* ---------- finite sums: sum n f = f 0 + ... + f (n - 1) ---------- *)
Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S k => sum k f + f k end.

Lemma sum_ext n f g : (forall k, (k < n)%nat -> f k = g k) -> sum n f = sum n g.
Proof.
  induction n as [|n IH]; intros H; simpl; [reflexivity|].
  rewrite IH by (intros; apply H; lia). rewrite H by lia. reflexivity.
Qed.
Lemma sum_plus n f g : sum n (fun k => f k + g k) = sum n f + sum n g.
Proof. induction n; simpl; [lra|]. rewrite IHn. lra. Qed.
Lemma sum_scal n a f : sum n (fun k => a * f k) = a * sum n f.
Proof. induction n; simpl; [lra|]. rewrite IHn. lra. Qed.
Lemma sum_zero n f : (forall k, (k < n)%nat -> f k = 0) -> sum n f = 0.
Proof.
  intros H. rewrite (sum_ext n f (fun _ => 0) H).
  clear H. induction n; simpl; lra.
Qed.
Lemma sum_single n f a : (a < n)%nat ->
  (forall k, (k < n)%nat -> k <> a -> f k = 0) -> sum n f = f a.
Proof.
  induction n as [|n IH]; intros Ha H; [lia|]. simpl.
  destruct (Nat.eq_dec a n) as [->|ne].
  - rewrite sum_zero; [lra|]. intros; apply H; lia.
  - rewrite IH; [|lia|intros; apply H; lia]. rewrite (H n); [lra|lia|lia].
Qed.
Lemma sum_le n f g : (forall k, (k < n)%nat -> f k <= g k) -> sum n f <= sum n g.
Proof.
  induction n as [|n IH]; intros H; simpl; [lra|].
  assert (f n <= g n) by (apply H; lia).
  assert (sum n f <= sum n g) by (apply IH; intros; apply H; lia). lra.
Qed.

(* the j-th index when index p is left out *)
Definition skip (p j : nat) : nat := if (j <? p)%nat then j else S j.

Lemma sum_skip n : forall g p, (p <= n)%nat ->
  sum (S n) g = g p + sum n (fun j => g (skip p j)).
Proof.
  induction n as [|n IH]; intros g p Hp.
  - replace p with O by lia. simpl. lra.
  - destruct (Nat.eq_dec p (S n)) as [->|ne].
    + change (sum (S (S n)) g) with (sum (S n) g + g (S n)).
      rewrite (sum_ext (S n) (fun j => g (skip (S n) j)) g); [lra|].
      intros k Hk. unfold skip. destruct (Nat.ltb_spec k (S n)); [reflexivity|lia].
    + change (sum (S (S n)) g) with (sum (S n) g + g (S n)).
      rewrite (IH g p) by lia.
      change (sum (S n) (fun j => g (skip p j)))
        with (sum n (fun j => g (skip p j)) + g (skip p n)).
      replace (skip p n) with (S n); [lra|].
      unfold skip. destruct (Nat.ltb_spec n p); lia.
Qed.

(* ---------- linear algebra: N equations, more unknowns ---------- *)
(* an entry that is not zero, or all are zero *)
Lemma pivot (n : nat) (f : nat -> R) :
  {p | (p < n)%nat /\ f p <> 0} + {forall p, (p < n)%nat -> f p = 0}.
Proof.
  induction n as [|n IH].
  - right. intros; lia.
  - destruct (Req_EM_T (f n) 0) as [e|ne].
    + destruct IH as [[p [Hp Hf]]|H].
      * left. exists p. split; [lia|exact Hf].
      * right. intros p Hp. destruct (Nat.eq_dec p n) as [->|]; [exact e|apply H; lia].
    + left. exists n. split; [lia|exact ne].
Qed.

(* row A times column v *)
Definition mulv (h : nat) (A : nat -> R) (v : nat -> R) : R := sum h (fun j => A j * v j).

(* N equations in N + 1 unknowns, by elimination of the last equation *)
Lemma kernel1 N : forall A : nat -> nat -> R,
  {v : nat -> R | (exists j, (j < S N)%nat /\ v j <> 0) /\
     forall i, (i < N)%nat -> mulv (S N) (A i) v = 0}.
Proof.
  unfold mulv. induction N as [|N IH]; intros A.
  - exists (fun _ => 1). split; [exists O; split; [lia|lra]|intros; lia].
  - destruct (pivot (S (S N)) (A N)) as [[p [Hp Hf]]|Hz].
    + destruct (IH (fun i j => A i (skip p j) - A i p * A N (skip p j) / A N p))
        as [v' Hv''].
      set (c := - sum (S N) (fun j => A N (skip p j) * v' j) / A N p).
      pose (v := fun j => if (j =? p)%nat then c else if (j <? p)%nat then v' j else v' (j - 1)%nat).
      assert (Hvp : v p = c) by (unfold v; rewrite Nat.eqb_refl; reflexivity).
      assert (Hvs : forall j, v (skip p j) = v' j).
      { intros j. unfold v, skip. destruct (Nat.ltb_spec j p).
        - destruct (Nat.eqb_spec j p); [lia|]. destruct (Nat.ltb_spec j p); [reflexivity|lia].
        - destruct (Nat.eqb_spec (S j) p); [lia|]. destruct (Nat.ltb_spec (S j) p); [lia|].
          f_equal; lia. }
      exists v. destruct Hv'' as [[j0 [Hj0 Hv0]] Hv]. split.
      * exists (skip p j0). split; [unfold skip; destruct (Nat.ltb_spec j0 p); lia|].
        rewrite Hvs. exact Hv0.
      * intros i Hi. rewrite (sum_skip (S N) _ p) by lia. rewrite Hvp.
        rewrite (sum_ext _ _ (fun j => A i (skip p j) * v' j))
          by (intros; rewrite Hvs; reflexivity).
        destruct (Nat.eq_dec i N) as [->|ne].
        -- unfold c. field. exact Hf.
        -- specialize (Hv i ltac:(lia)).
           rewrite (sum_ext _ _ (fun j => A i (skip p j) * v' j
               + (- A i p / A N p) * (A N (skip p j) * v' j))) in Hv
             by (intros; field; exact Hf).
           rewrite sum_plus, sum_scal in Hv. unfold c.
           rewrite <- Hv. field. exact Hf.
    + destruct (IH A) as [v' Hv''].
      exists (fun j => if (j <? S N)%nat then v' j else 0).
      destruct Hv'' as [[j0 [Hj0 Hv0]] Hv]. split.
      * exists j0. split; [lia|]. destruct (Nat.ltb_spec j0 (S N)); [exact Hv0|lia].
      * intros i Hi. destruct (Nat.eq_dec i N) as [->|ne].
        -- apply sum_zero. intros k Hk. rewrite Hz by exact Hk. lra.
        -- change (sum (S (S N)) ?f) with (sum (S N) f + f (S N)). cbv beta.
           rewrite Nat.ltb_irrefl, Rmult_0_r, Rplus_0_r.
           rewrite <- (Hv i ltac:(lia)). apply sum_ext. intros k Hk.
           destruct (Nat.ltb_spec k (S N)); [reflexivity|lia].
Qed.

(* N equations in h > N unknowns have a solution that is not zero *)
Lemma kernel N h (A : nat -> nat -> R) : (N < h)%nat ->
  exists v : nat -> R, (exists j, (j < h)%nat /\ v j <> 0) /\
     forall i, (i < N)%nat -> mulv h (A i) v = 0.
Proof.
  intros Hh. destruct (kernel1 N A) as [v [[j [Hj Hv]] H]].
  exists (fun j => if (j <? S N)%nat then v j else 0). split.
  - exists j. split; [lia|]. destruct (Nat.ltb_spec j (S N)); [exact Hv|lia].
  - intros i Hi. specialize (H i Hi). unfold mulv in *.
    clear j Hj Hv. revert Hh. induction h as [|h IHh]; intros Hh; [lia|].
    destruct (Nat.eq_dec h N) as [->|ne].
    + rewrite <- H. apply sum_ext. intros k Hk.
      destruct (Nat.ltb_spec k (S N)); [reflexivity|lia].
    + simpl. rewrite IHh by lia. destruct (Nat.ltb_spec h (S N)); [lia|lra].
Qed.

(* N independent columns in R^N reach every vector y *)
Lemma surj N (A : nat -> nat -> R) :
  (forall v, (forall i, (i < N)%nat -> mulv N (A i) v = 0) ->
             forall j, (j < N)%nat -> v j = 0) ->
  forall y : nat -> R, {v | forall i, (i < N)%nat -> mulv N (A i) v = y i}.
Proof.
  intros Hinj y.
  destruct (kernel1 N (fun i j => if (j <? N)%nat then A i j else y i)) as [v [Hne Hv]].
  unfold mulv in *.
  assert (Hv' : forall i, (i < N)%nat -> sum N (fun j => A i j * v j) + y i * v N = 0).
  { intros i Hi. rewrite <- (Hv i Hi). simpl. rewrite Nat.ltb_irrefl. f_equal.
    apply sum_ext. intros k Hk. destruct (Nat.ltb_spec k N); [reflexivity|lia]. }
  destruct (Req_EM_T (v N) 0) as [e|ne].
  - exfalso. destruct Hne as [j [Hj Hvj]].
    destruct (Nat.eq_dec j N) as [->|]; [exact (Hvj e)|].
    apply Hvj. apply Hinj; [|lia]. intros i Hi.
    generalize (Hv' i Hi). rewrite e. lra.
  - exists (fun j => - / v N * v j). intros i Hi.
    rewrite (sum_ext _ _ (fun j => - / v N * (A i j * v j))) by (intros; ring).
    rewrite sum_scal. generalize (Hv' i Hi). intros Hs.
    replace (sum N (fun j => A i j * v j)) with (- (y i * v N)) by lra. field. exact ne.
Qed.

Lemma INR_unbounded M : exists n, M < INR n.
Proof.
  destruct (archimed M) as [H _]. exists (Z.to_nat (up M)).
  destruct (Z_le_gt_dec 0 (up M)) as [Hz|Hz].
  - rewrite INR_IZR_INZ, Z2Nat.id by exact Hz. lra.
  - assert (IZR (up M) < 0) by (apply (IZR_lt _ 0); lia).
    generalize (pos_INR (Z.to_nat (up M))). lra.
Qed.

(* the same, when the number of columns is only known to be equal to N *)
Lemma surj_eq N h (A : nat -> nat -> R) : h = N ->
  (forall v, (forall i, (i < N)%nat -> mulv h (A i) v = 0) ->
             forall j, (j < h)%nat -> v j = 0) ->
  forall y : nat -> R, {v | forall i, (i < N)%nat -> mulv h (A i) v = y i}.
Proof. intros ->. apply surj. Qed.

(* ---------- added for the rules of the wide side ---------- *)
Lemma sum_swap n m (f : nat -> nat -> R) : sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n as [|n IH].
  - simpl. symmetry. apply sum_zero. reflexivity.
  - simpl. rewrite IH, <- sum_plus. reflexivity.
Qed.
Lemma mulv_ext h A A' v v' : (forall j, (j < h)%nat -> A j = A' j) -> (forall j, (j < h)%nat -> v j = v' j) -> mulv h A v = mulv h A' v'.
Proof. intros HA Hv. apply sum_ext. intros j Hj. rewrite HA, Hv by exact Hj. reflexivity. Qed.
Lemma mulv_comb h A v w s t : mulv h A (fun j => s * v j + t * w j) = s * mulv h A v + t * mulv h A w.
Proof. unfold mulv. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros. ring. Qed.

(* ---------- differences, and sums of what is not negative ---------- *)
Lemma sum_minus n f g : sum n (fun k => f k - g k) = sum n f - sum n g.
Proof. induction n as [|n IH]; simpl; [lra|]. rewrite IH. lra. Qed.
Lemma sum_nonneg n f : (forall k, (k < n)%nat -> 0 <= f k) -> 0 <= sum n f.
Proof. intros H. rewrite <- (sum_zero n (fun _ => 0)) by reflexivity. apply sum_le, H. Qed.
