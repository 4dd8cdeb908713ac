(* The rank rule 4.1 and the wide theorem 4.2 for any function in which one block of parameters enters linearly.

   A block is an h x q matrix V of parameters, V j c at the coordinate idx j c of R^P. The loss sees the block through the product F V only, F x being an
   N x h matrix that does not depend on the block: E x = G x (F x V), where G is arbitrary and does not read the block either. For a layer of a network,
   F is what enters the layer (features, and a column 1 if it has a bias), V its weights with the biases as last row, G the rest of the network and the loss.
   Networks.v and WideTheorem.v show that every layer of every network is such a block. F is not asked to be continuous. *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Exactland Require Import Sums Basins.
Import ListNotations.
Open Scope R_scope.

(* the block: different entries sit at different coordinates, all below P *)
Section Block.
Variables (P N h q : nat) (idx : nat -> nat -> nat).
Hypothesis idx_lt : forall j c, (j < h)%nat -> (c < q)%nat -> (idx j c < P)%nat.
Hypothesis idx_inj : forall j c j' c', (j < h)%nat -> (c < q)%nat -> (j' < h)%nat -> (c' < q)%nat ->
  idx j c = idx j' c' -> j = j' /\ c = c'.

(* x and y agree on every coordinate < P that is not in the block *)
Definition agree (x y : vec) : Prop := forall k, (k < P)%nat ->
  (forall j c, (j < h)%nat -> (c < q)%nat -> k <> idx j c) -> x k = y k.

Definition block (x : vec) : nat -> nat -> R := fun j c => x (idx j c).
(* the matrix product F V *)
Definition mulm (F : nat -> nat -> R) (V : nat -> nat -> R) : nat -> nat -> R :=
  fun i c => mulv h (F i) (fun j => V j c).

(* the direction in R^P that moves the block by the matrix D and nothing else *)
Definition dir (D : nat -> nat -> R) : vec :=
  fun k => sum q (fun c => sum h (fun j => if (idx j c =? k)%nat then D j c else 0)).

Lemma dir_in D j c : (j < h)%nat -> (c < q)%nat -> dir D (idx j c) = D j c.
Proof.
  intros Hj Hc. unfold dir. rewrite (sum_single q _ c); [|exact Hc|].
  - rewrite (sum_single h _ j); [|exact Hj|].
    + rewrite Nat.eqb_refl. reflexivity.
    + intros k Hk ne. destruct (Nat.eqb_spec (idx k c) (idx j c)) as [e|]; [|reflexivity].
      destruct (idx_inj _ _ _ _ Hk Hc Hj Hc e). contradiction.
  - intros c' Hc' ne. apply sum_zero. intros k Hk.
    destruct (Nat.eqb_spec (idx k c') (idx j c)) as [e|]; [|reflexivity].
    destruct (idx_inj _ _ _ _ Hk Hc' Hj Hc e). contradiction.
Qed.
Lemma dir_out D k : (forall j c, (j < h)%nat -> (c < q)%nat -> k <> idx j c) -> dir D k = 0.
Proof.
  intros H. unfold dir. apply sum_zero. intros c Hc. apply sum_zero. intros j Hj.
  destruct (Nat.eqb_spec (idx j c) k) as [e|]; [|reflexivity].
  exfalso. apply (H j c Hj Hc). symmetry. exact e.
Qed.
Lemma line_agree x D t : agree x (line x (dir D) t).
Proof. intros k Hk Hout. unfold line. rewrite dir_out by exact Hout. lra. Qed.

(* The block acts on features F x, which do not depend on the block; everything else is arbitrary. *)
Variable F : vec -> nat -> nat -> R.
Hypothesis F_ext : forall x y, agree x y -> forall i j, (i < N)%nat -> (j < h)%nat -> F x i j = F y i j.

Lemma mulm_line x D t i c : (i < N)%nat -> (c < q)%nat ->
  mulm (F (line x (dir D) t)) (block (line x (dir D) t)) i c
  = mulm (F x) (block x) i c + t * mulm (F x) D i c.
Proof.
  intros Hi Hc. unfold mulm, mulv. rewrite <- sum_scal, <- sum_plus. apply sum_ext.
  intros j Hj. rewrite <- (F_ext _ _ (line_agree x D t) i j Hi Hj).
  unfold block, line. cbv beta. rewrite dir_in by assumption. ring.
Qed.

(* A, with N rows and h columns, has rank below h: some v, not zero, has A v = 0 *)
Definition deficient (A : nat -> nat -> R) : Prop :=
  exists v : nat -> R, (exists j, (j < h)%nat /\ v j <> 0) /\
    forall i, (i < N)%nat -> mulv h (A i) v = 0.

(* Rule 4.1 (kernel), for a block: where F x has rank below its number of columns, x lies in no basin. For layers of networks:
   WideTheorem.rank_rule_hidden, WideTheorem.rank_rule_output. *)
Theorem rank_rule (G : vec -> (nat -> nat -> R) -> R) :
  (forall x y Z Z', agree x y ->
     (forall i c, (i < N)%nat -> (c < q)%nat -> Z i c = Z' i c) -> G x Z = G y Z') ->
  (0 < q)%nat ->
  forall S x, deficient (F x) ->
  basin P (fun y => G y (mulm (F y) (block y))) S -> ~ S x.
Proof.
  intros G_ext Hq S x [v [[j [Hj Hv]] Hker]].
  apply (line_rule P _ S x (dir (fun j c => if (c =? 0)%nat then v j else 0))).
  - exists (idx j 0). split; [apply idx_lt; assumption|]. rewrite dir_in by assumption. exact Hv.
  - intros t. symmetry. apply G_ext; [apply line_agree|]. intros i c Hi Hc.
    rewrite mulm_line by assumption.
    assert (Hz : mulm (F x) (fun j0 c0 => if (c0 =? 0)%nat then v j0 else 0) i c = 0);
      [|rewrite Hz; ring]. unfold mulm.
    destruct (Nat.eqb_spec c 0) as [->|].
    + apply Hker, Hi.
    + unfold mulv. apply sum_zero. intros. ring.
Qed.

(* What the loss must be for 4.2: convex in the matrix of outputs, and a function of its N x q entries (row i: sample i) only. *)
Definition convex (L : (nat -> nat -> R) -> R) : Prop := forall O O' t, 0 <= t <= 1 ->
  L (fun i c => (1 - t) * O i c + t * O' i c) <= (1 - t) * L O + t * L O'.
Definition local (L : (nat -> nat -> R) -> R) : Prop := forall O O',
  (forall i c, (i < N)%nat -> (c < q)%nat -> O i c = O' i c) -> L O = L O'.

Variable L : (nat -> nat -> R) -> R.
Hypothesis L_local : local L.
Let E (x : vec) : R := L (mulm (F x) (block x)).

(* Rule 4.2, second half, for a block: more columns than samples, then there is no basin at all (with at least one output). *)
Theorem wide_none : (N < h)%nat -> (0 < q)%nat -> forall S, ~ basin P E S.
Proof.
  intros Hh Hq S HB. generalize HB. intros [[x Sx] _].
  apply (rank_rule (fun _ Z => L Z)) with (S := S) (x := x); try assumption.
  - intros _ _ Z Z' _ HZ. apply L_local, HZ.
  - apply kernel, Hh.
Qed.

Hypothesis L_convex : convex L.

(* Rule 4.2, first half, for a block: at least as many columns as samples, then no basin is sub-optimal. *)
Theorem wide : (N <= h)%nat -> forall S, basin P E S -> ~ suboptimal E S.
Proof.
  intros Hh S HB [u Hu]. generalize HB. intros [[x Sx] [Hsat _]].
  destruct (Nat.eq_dec q 0) as [Hq0|Hq0].
  { assert (E u = E x) by (apply L_local; intros; lia). generalize (Hu x Sx). lra. }
  assert (Hq : (0 < q)%nat) by lia.
  assert (Hnd : ~ deficient (F x)).
  { intros Hd. apply (rank_rule (fun _ Z => L Z)) with (S := S) (x := x); try assumption.
    intros _ _ Z Z' _ HZ. apply L_local, HZ. }
  assert (HhN : h = N).
  { destruct (Nat.eq_dec h N) as [|ne]; [assumption|]. exfalso. apply Hnd, kernel. lia. }
  assert (Hinj : forall v, (forall i, (i < N)%nat -> mulv h (F x i) v = 0) ->
                  forall j, (j < h)%nat -> v j = 0).
  { intros v Hv j Hj. destruct (Req_EM_T (v j) 0) as [|ne]; [assumption|]. exfalso. apply Hnd.
    exists v. split; [exists j; split; [exact Hj|exact ne]|exact Hv]. }
  (* D with F x D = O(u) - O(x) *)
  set (Y := fun c i => mulm (F u) (block u) i c - mulm (F x) (block x) i c).
  set (D := fun j c => proj1_sig (surj_eq N h (F x) HhN Hinj (Y c)) j).
  assert (HD : forall i c, (i < N)%nat -> mulm (F x) D i c = Y c i).
  { intros i c Hi. unfold mulm, D.
    apply (proj2_sig (surj_eq N h (F x) HhN Hinj (Y c))), Hi. }
  set (d := dir D).
  assert (HE1 : E (line x d 1) = E u).
  { apply L_local. intros i c Hi Hc. unfold d. rewrite mulm_line, HD by assumption. unfold Y. ring. }
  apply (no_escape P E S x d HB).
  - apply (Hsat x); [|exact Sx]. intros k _. unfold line. ring.
  - intros S1. generalize (Hu _ S1). lra.
  - intros t s Ht Hts Hs St.
    assert (Hd : 0 < 1 - t) by lra.
    set (a := (s - t) / (1 - t)).
    assert (Ha : 0 <= a <= 1).
    { unfold a. split; [apply Rlt_le, Rdiv_lt_0_compat; lra|].
      apply (Rmult_le_reg_r (1 - t)); [lra|]. unfold Rdiv.
      rewrite Rmult_assoc, Rinv_l by lra. lra. }
    assert (HEs : E (line x d s) <= (1 - a) * E (line x d t) + a * E (line x d 1)).
    { unfold E. eapply Rle_trans; [|apply L_convex, Ha]. right. apply L_local.
      intros i c Hi Hc. unfold d. rewrite !mulm_line by assumption.
      unfold a. field. lra. }
    rewrite HE1 in HEs. generalize (Hu _ St). intros.
    assert (a * E u <= a * E (line x d t)) by (apply Rmult_le_compat_l; lra). lra.
Qed.
End Block.
