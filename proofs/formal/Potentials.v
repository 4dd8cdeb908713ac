(* Rules 3.4 and 3.4b: one hidden layer, unit potentials (docs/theorems/potentials.md).

   Modelling.  The network is `net n (one m hb s) q b` of Networks.v: n inputs, m units with the activation s (any function R -> R),
   hidden bias iff hb, q outputs, output bias iff b; P = `npar`.  `dim` = n + 1 with a hidden bias, else n; `inp x` is the input
   with a last 1, `win th j` the incoming weights of unit j (its bias last), `vout th c j` its weight into output c, and
   `vout th c m` the output bias.  The loss is a sum of sample losses l i; of convexity only subgradients at the outputs are used:
   l_i(u) >= l_i(f_i) + g_i . (u - f_i).  As s is a function on all of R, a sample with g_ic = 0 adds 0 to the potential of output c,
   whatever s does there.  "Near" is in the maximum norm (`close`). *)
Require Import Reals Lra Lia PeanoNat List Bool Classical FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms Compactness.
Import ListNotations.
Open Scope R_scope.

Definition one (m : nat) (hb : bool) (s : R -> R) : list layer := [(m, hb, fun _ => s)].

Lemma uniform_eps n (A : nat -> R -> Prop) : (forall k e e', A k e -> 0 < e' <= e -> A k e') ->
  (forall k, (k < n)%nat -> exists e, 0 < e /\ A k e) -> exists e, 0 < e /\ forall k, (k < n)%nat -> A k e.
Proof.
  intros Hm. induction n as [|n IH]; intros H; [exists 1; split; [lra|intros; lia]|].
  destruct IH as [e [He IH']]; [auto|]. destruct (H n ltac:(lia)) as [e' [He' H']].
  assert (0 < Rmin e e') by (apply Rmin_glb_lt; assumption).
  exists (Rmin e e'). split; [assumption|]. intros k Hk. destruct (Nat.eq_dec k n) as [->|ne].
  - apply (Hm n e'); [exact H'|]. split; [assumption|apply Rmin_r].
  - apply (Hm k e); [apply IH'; lia|]. split; [assumption|apply Rmin_l].
Qed.
Lemma sum_pos_zero n f : (forall k, (k < n)%nat -> 0 <= f k) -> sum n f <= 0 -> forall k, (k < n)%nat -> f k = 0.
Proof.
  induction n as [|n IH]; intros H Hs k Hk; [lia|]. simpl in Hs.
  assert (0 <= sum n f) by (apply sum_nonneg; auto). assert (0 <= f n) by (apply H; lia).
  destruct (Nat.eq_dec k n) as [->|ne]; [lra|]. apply IH; [auto|lra|lia].
Qed.

Lemma Rle_0_minus' a b : a <= b -> 0 <= b - a.
Proof. lra. Qed.

Section Net.
Variables (n m : nat) (hb : bool) (s : R -> R) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R).
Definition dim : nat := (n + b2n hb)%nat.
Definition npar : nat := params n (one m hb s) q b.
Definition off : nat := dsize n m hb.
Definition inp (x : nat -> R) : vec := aug n x.
Definition win (th : vec) (j : nat) : vec := fun k => th (didx 0 n m k j).
Definition vout (th : vec) (c j : nat) : R := th (didx off m q j c).
Definition pre (x : nat -> R) (w : vec) : R := mulv dim (inp x) w.
Definition outbias (th : vec) (c : nat) : R := if b then vout th c m else 0.

Lemma npar_eq : npar = (off + dsize m q b)%nat.
Proof. unfold npar, params, one, off. simpl. lia. Qed.

Lemma net_one th x c : (c < q)%nat ->
  net n (one m hb s) q b th x c = sum m (fun j => vout th c j * s (pre x (win th j))) + outbias th c.
Proof.
  intros Hc. unfold net. simpl. rewrite Nat.add_0_r. fold off. rewrite dense_mulm by exact Hc.
  assert (Hw : forall j, (j < m)%nat -> aug m (fun u => s (dense n m hb th x u)) j = s (pre x (win th j))).
  { intros j Hj. unfold aug. destruct (Nat.ltb_spec j m); [|lia]. f_equal.
    change th with (shift 0 th) at 1. apply dense_mulm, Hj. }
  unfold mulv, outbias. destruct b; simpl.
  - rewrite Nat.add_1_r. simpl sum. f_equal.
    + apply sum_ext. intros j Hj. rewrite Hw by exact Hj. unfold block, vout. ring.
    + unfold aug. rewrite Nat.ltb_irrefl. unfold block, vout. ring.
  - rewrite Nat.add_0_r, Rplus_0_r. apply sum_ext. intros j Hj. rewrite Hw by exact Hj. unfold block, vout. ring.
Qed.

(* coordinates *)
Lemma win_lt k j : (k < dim)%nat -> (j < m)%nat -> (didx 0 n m k j < npar)%nat.
Proof. intros Hk Hj. apply (didx_lt 0 n m hb); [|exact Hk|exact Hj]. rewrite npar_eq. unfold off. lia. Qed.
Lemma vout_lt c j : (c < q)%nat -> (j < m + b2n b)%nat -> (didx off m q j c < npar)%nat.
Proof. intros Hc Hj. apply (didx_lt off m q b); [rewrite npar_eq; lia|exact Hj|exact Hc]. Qed.
Lemma win_close e x y j : close npar e x y -> (j < m)%nat -> close dim e (win x j) (win y j).
Proof. intros H Hj k Hk. apply H, win_lt; assumption. Qed.
Lemma vout_close e x y c j : close npar e x y -> (c < q)%nat -> (j < m + b2n b)%nat -> Rabs (vout x c j - vout y c j) < e.
Proof. intros H Hc Hj. apply H, vout_lt; assumption. Qed.

(* every coordinate is one of these *)
Lemma coordinates x y : (forall k j, (k < dim)%nat -> (j < m)%nat -> win x j k = win y j k) ->
  (forall c j, (c < q)%nat -> (j < m + b2n b)%nat -> vout x c j = vout y c j) -> forall k, (k < npar)%nat -> x k = y k.
Proof.
  intros Hw Hv k Hk. rewrite npar_eq in Hk. unfold win, vout, didx in *.
  destruct (Nat.lt_ge_cases k off) as [Hlo|Hhi].
  - unfold off, dsize in Hlo. destruct (Nat.lt_ge_cases k (m * n)) as [H1|H1].
    + assert (Hn : n <> 0%nat) by nia. assert (Hd := Nat.div_mod k n Hn). assert (Hm := Nat.mod_upper_bound k n Hn).
      assert (Hj : (k / n < m)%nat) by (apply Nat.div_lt_upper_bound; lia).
      specialize (Hw (k mod n) (k / n)%nat ltac:(unfold dim; lia) Hj).
      destruct (Nat.ltb_spec (k mod n) n); [|lia]. replace (0 + (k / n * n + k mod n))%nat with k in Hw by lia. exact Hw.
    + unfold dim in Hw. destruct hb; simpl in *; [|lia].
      specialize (Hw n (k - m * n)%nat ltac:(lia) ltac:(lia)). rewrite Nat.ltb_irrefl in Hw.
      replace (m * n + (k - m * n))%nat with k in Hw by lia. exact Hw.
  - set (k' := (k - off)%nat). unfold dsize in Hk. destruct (Nat.lt_ge_cases k' (q * m)) as [H1|H1].
    + assert (Hn : m <> 0%nat) by nia. assert (Hd := Nat.div_mod k' m Hn). assert (Hm := Nat.mod_upper_bound k' m Hn).
      assert (Hj : (k' / m < q)%nat) by (apply Nat.div_lt_upper_bound; lia).
      specialize (Hv (k' / m)%nat (k' mod m) Hj ltac:(lia)).
      destruct (Nat.ltb_spec (k' mod m) m); [|lia]. replace (off + (k' / m * m + k' mod m))%nat with k in Hv by lia. exact Hv.
    + destruct b; simpl in *; [|lia].
      specialize (Hv (k' - q * m)%nat m ltac:(lia) ltac:(lia)). rewrite Nat.ltb_irrefl in Hv.
      replace (off + (q * m + (k' - q * m)))%nat with k in Hv by lia. exact Hv.
Qed.

(* parameters with given weights *)
Definition assemble (w : nat -> vec) (v : nat -> nat -> R) : vec :=
  fun k => dir dim m (didx 0 n m) (fun a j => w j a) k + dir (m + b2n b) q (didx off m q) (fun j c => v c j) k.
Lemma win_assemble w v j k : (j < m)%nat -> (k < dim)%nat -> win (assemble w v) j k = w j k.
Proof.
  intros Hj Hk. unfold win, assemble. rewrite (dir_in dim m (didx 0 n m) (didx_inj 0 n m hb)) by assumption.
  rewrite (dir_out (m + b2n b) q); [ring|]. intros j' c Hj' Hc.
  generalize (didx_lt' 0 n m hb k j Hk Hj) (didx_ge off m q j' c). unfold off. lia.
Qed.
Lemma vout_assemble w v c j : (c < q)%nat -> (j < m + b2n b)%nat -> vout (assemble w v) c j = v c j.
Proof.
  intros Hc Hj. unfold vout, assemble. rewrite (dir_in (m + b2n b) q (didx off m q) (didx_inj off m q b)) by assumption.
  rewrite (dir_out dim m); [ring|]. intros k j' Hk Hj'.
  generalize (didx_lt' 0 n m hb k j' Hk Hj') (didx_ge off m q j c). unfold off. lia.
Qed.

Variable l : nat -> (nat -> R) -> R.
Hypothesis l_local : forall i u v, (forall c, (c < q)%nat -> u c = v c) -> l i u = l i v.
Definition risk : vec -> R := loss n (one m hb s) q b X (samples N l).
Definition out (th : vec) (i c : nat) : R := net n (one m hb s) q b th (X i) c.
Variable th : vec.
Variable g : nat -> nat -> R.
Hypothesis subgradient : forall i, (i < N)%nat -> forall u,
  l i (out th i) + sum q (fun c => g i c * (u c - out th i c)) <= l i u.

(* phi_c(w) = sum_i g_ic s(w . x_i) *)
Definition potential (c : nat) (w : vec) : R := sum N (fun i => g i c * s (pre (X i) w)).

Lemma first_order y : risk th + sum q (fun c => sum m (fun j => vout y c j * potential c (win y j)
    - vout th c j * potential c (win th j)) + (outbias y c - outbias th c) * sum N (fun i => g i c)) <= risk y.
Proof.
  change (risk th) with (sum N (fun i => l i (out th i))). change (risk y) with (sum N (fun i => l i (out y i))).
  apply Rle_trans with (sum N (fun i => l i (out th i) + sum q (fun c => g i c * (out y i c - out th i c)))).
  - rewrite (sum_plus N (fun i => l i (out th i))). apply Rplus_le_compat_l. right. rewrite (sum_swap N q).
    apply sum_ext. intros c Hc.
    transitivity (sum N (fun i => sum m (fun j => vout y c j * (g i c * s (pre (X i) (win y j)))
      - vout th c j * (g i c * s (pre (X i) (win th j)))) + (outbias y c - outbias th c) * g i c)).
    + rewrite sum_plus, sum_scal. f_equal. rewrite sum_swap. apply sum_ext. intros j Hj. unfold potential.
      rewrite sum_minus, !sum_scal. reflexivity.
    + apply sum_ext. intros i Hi. unfold out. rewrite !net_one by exact Hc. rewrite sum_minus.
      assert (Hs : forall t, sum m (fun j => vout t c j * (g i c * s (pre (X i) (win t j))))
        = g i c * sum m (fun j => vout t c j * s (pre (X i) (win t j)))).
      { intros t. rewrite <- sum_scal. apply sum_ext. intros. ring. }
      rewrite !Hs. ring.
  - apply sum_le. intros i Hi. apply subgradient, Hi.
Qed.

(* (i) and (ii) of the rule *)
Definition balanced : Prop := b = true -> forall c, (c < q)%nat -> sum N (fun i => g i c) = 0.
Definition near (j : nat) (A : vec -> Prop) : Prop := exists e, 0 < e /\ forall w, close dim e (win th j) w -> A w.
Definition unit_ok (j c : nat) : Prop := potential c (win th j) = 0 /\
  (vout th c j <> 0 -> near j (fun w => 0 <= vout th c j * potential c w)) /\
  (vout th c j = 0 -> near j (fun w => potential c w = 0)).

Lemma same_sign v v' e : v <> 0 -> Rabs (v - v') < e -> e <= Rabs v -> 0 < v * v'.
Proof.
  intros Hv Hd He. destruct (Rtotal_order v 0) as [Hn|[Hz|Hp]]; [|contradiction|].
  - rewrite (Rabs_left v) in He by exact Hn. apply Rabs_def2 in Hd. nra.
  - rewrite (Rabs_right v) in He by lra. apply Rabs_def2 in Hd. nra.
Qed.
Lemma sign_term v v' p : 0 < v * v' -> 0 <= v * p -> 0 <= v' * p.
Proof.
  intros Hv Hp. destruct (Rle_lt_dec 0 v) as [H|H].
  - assert (0 < v') by nra. assert (0 <= p) by nra. nra.
  - assert (v' < 0) by nra. assert (p <= 0) by nra. nra.
Qed.

(* near theta every term of the first-order sum is non-negative *)
Lemma term_nonneg j c : (j < m)%nat -> (c < q)%nat -> unit_ok j c ->
  exists e, 0 < e /\ forall y, close npar e th y -> 0 <= vout y c j * potential c (win y j).
Proof.
  intros Hj Hc [_ [Hne Heq]]. destruct (Req_dec (vout th c j) 0) as [Hz|Hz].
  - destruct (Heq Hz) as [e [He H]]. exists e. split; [exact He|]. intros y Hy.
    rewrite (H _ (win_close e th y j Hy Hj)). lra.
  - destruct (Hne Hz) as [e [He H]]. assert (0 < Rabs (vout th c j)) by (apply Rabs_pos_lt, Hz).
    exists (Rmin e (Rabs (vout th c j))). split; [apply Rmin_glb_lt; assumption|]. intros y Hy.
    apply sign_term with (vout th c j).
    + apply (same_sign _ _ (Rabs (vout th c j)) Hz); [|lra].
      apply (vout_close _ th y c j); [|exact Hc|lia]. eapply close_le; [apply Rmin_r|exact Hy].
    + apply H. eapply win_close; [|exact Hj]. eapply close_le; [apply Rmin_l|exact Hy].
Qed.
Lemma terms_nonneg : (forall j c, (j < m)%nat -> (c < q)%nat -> unit_ok j c) ->
  exists e, 0 < e /\ forall j, (j < m)%nat -> forall c, (c < q)%nat -> forall y, close npar e th y ->
    0 <= vout y c j * potential c (win y j).
Proof.
  intros H. apply uniform_eps.
  - intros j e e' HA He c Hc y Hy. apply HA; [exact Hc|]. eapply close_le; [apply He|exact Hy].
  - intros j Hj. apply uniform_eps.
    + intros c e e' HA He y Hy. apply HA. eapply close_le; [apply He|exact Hy].
    + intros c Hc. apply term_nonneg; auto.
Qed.

(* first order, with (i) and phi_c(w_j) = 0 *)
Lemma first_order_ok y : balanced -> (forall j c, (j < m)%nat -> (c < q)%nat -> unit_ok j c) ->
  risk th + sum q (fun c => sum m (fun j => vout y c j * potential c (win y j))) <= risk y.
Proof.
  intros Hb H. eapply Rle_trans; [|apply first_order]. apply Rplus_le_compat_l. right. apply sum_ext. intros c Hc.
  rewrite (sum_ext m (fun j => vout y c j * potential c (win y j) - vout th c j * potential c (win th j))
    (fun j => vout y c j * potential c (win y j))).
  - unfold outbias, balanced in *. destruct b; [rewrite (Hb eq_refl c Hc)|]; ring.
  - intros j Hj. rewrite (proj1 (H j c Hj Hc)). ring.
Qed.

(* RULE 3.4b.  One hidden layer, any activation, any number of outputs, losses with subgradients g at the outputs: if with an output
   bias the g_ic sum to 0 over the samples for every output (i), and for every unit j and output c the potential of c vanishes at w_j
   and near w_j has the sign of v_cj, or vanishes where v_cj = 0 (ii), theta is a local minimum.
   Kernel: `potentials`, `_potential`. *)
Theorem unit_potentials : balanced -> (forall j c, (j < m)%nat -> (c < q)%nat -> unit_ok j c) -> local_min npar risk th.
Proof.
  intros Hb H. destruct (terms_nonneg H) as [e [He Hn]]. exists e. split; [exact He|]. intros y Hy.
  eapply Rle_trans; [|apply first_order_ok; assumption].
  assert (0 <= sum q (fun c => sum m (fun j => vout y c j * potential c (win y j)))); [|lra].
  apply sum_nonneg. intros c Hc. apply sum_nonneg. intros j Hj. apply Hn; assumption.
Qed.

(* Strict potentials (behind construction A): if moreover the losses are strictly convex at the outputs, every
   unit has an output c with v_cj phi_c > 0 on a punctured neighbourhood of w_j, and the features (with the constant 1, if there is
   an output bias) are independent over the samples, theta is a strict local minimum. *)
Definition feature (i : nat) : nat -> R := aug m (fun j => s (pre (X i) (win th j))).
Definition unit_strict (j c : nat) : Prop := (c < q)%nat /\ vout th c j <> 0 /\
  near j (fun w => (exists k, (k < dim)%nat /\ w k <> win th j k) -> 0 < vout th c j * potential c w).

Lemma term_positive j c : (j < m)%nat -> unit_strict j c ->
  exists e, 0 < e /\ forall y, close npar e th y -> vout y c j * potential c (win y j) = 0 ->
    forall k, (k < dim)%nat -> win y j k = win th j k.
Proof.
  intros Hj [Hc [Hz [e [He H]]]]. assert (0 < Rabs (vout th c j)) by (apply Rabs_pos_lt, Hz).
  exists (Rmin e (Rabs (vout th c j))). split; [apply Rmin_glb_lt; assumption|].
  intros y Hy Hprod k Hk.
  destruct (Req_dec (win y j k) (win th j k)) as [|ne]; [assumption|exfalso].
  assert (Hs : 0 < vout th c j * vout y c j).
  { apply (same_sign _ _ (Rabs (vout th c j)) Hz); [|lra].
    apply (vout_close _ th y c j); [|exact Hc|lia]. eapply close_le; [apply Rmin_r|exact Hy]. }
  assert (Hp : 0 < vout th c j * potential c (win y j)).
  { apply H; [|exists k; split; assumption]. eapply win_close; [|exact Hj]. eapply close_le; [apply Rmin_l|exact Hy]. }
  apply Rmult_integral in Hprod. destruct Hprod as [Hprod|Hprod]; rewrite Hprod in *; lra.
Qed.

Lemma pre_ext x w w' : (forall k, (k < dim)%nat -> w k = w' k) -> pre x w = pre x w'.
Proof. intros H. apply sum_ext. intros k Hk. rewrite H by exact Hk. reflexivity. Qed.

Theorem strict_potentials : balanced -> (forall j c, (j < m)%nat -> (c < q)%nat -> unit_ok j c) ->
  (forall j, (j < m)%nat -> exists c, unit_strict j c) ->
  (forall i, (i < N)%nat -> forall u, l i u <= l i (out th i) + sum q (fun c => g i c * (u c - out th i c)) ->
     forall c, (c < q)%nat -> u c = out th i c) ->
  (forall a, (forall i, (i < N)%nat -> mulv (m + b2n b) (feature i) a = 0) -> forall j, (j < m + b2n b)%nat -> a j = 0) ->
  strict_min npar risk th.
Proof.
  intros Hb H Hs Hstrict Hind. destruct (terms_nonneg H) as [e [He Hn]].
  destruct (uniform_eps m (fun j e => exists c, (c < q)%nat /\ forall y, close npar e th y ->
      vout y c j * potential c (win y j) = 0 -> forall k, (k < dim)%nat -> win y j k = win th j k)) as [e' [He' Hp]].
  { intros j d d' [c [Hc HA]] Hd. exists c. split; [exact Hc|]. intros y Hy. apply HA. eapply close_le; [apply Hd|exact Hy]. }
  { intros j Hj. destruct (Hs j Hj) as [c Hc]. destruct (term_positive j c Hj Hc) as [d [Hd HA]].
    exists d. split; [exact Hd|]. exists c. split; [apply Hc|exact HA]. }
  exists (Rmin e e'). split; [apply Rmin_glb_lt; assumption|]. intros y Hy [k0 [Hk0 Hne]].
  assert (Hy1 := close_le _ _ _ _ _ (Rmin_l e e') Hy). assert (Hy2 := close_le _ _ _ _ _ (Rmin_r e e') Hy).
  destruct (Rlt_le_dec (risk th) (risk y)) as [|Hle]; [assumption|exfalso]. apply Hne. symmetry.
  assert (Hinner : forall c, (c < q)%nat -> 0 <= sum m (fun j => vout y c j * potential c (win y j))).
  { intros c Hc. apply sum_nonneg. intros j Hj. apply Hn; assumption. }
  assert (Hfo := first_order_ok y Hb H).
  (* all first-order terms are 0, so the incoming weights are those of theta *)
  assert (Hw : forall k j, (k < dim)%nat -> (j < m)%nat -> win y j k = win th j k).
  { intros k j Hk Hj. destruct (Hp j Hj) as [c [Hc HA]]. apply HA; [exact Hy2| |exact Hk].
    apply (sum_pos_zero m (fun j => vout y c j * potential c (win y j))); [intros; apply Hn; assumption| |exact Hj].
    right. apply (sum_pos_zero q (fun c => sum m (fun j => vout y c j * potential c (win y j)))); [exact Hinner|lra|exact Hc]. }
  assert (Hpot : forall c j, (j < m)%nat -> potential c (win y j) = potential c (win th j)).
  { intros c j Hj. apply sum_ext. intros i _. f_equal. f_equal. apply pre_ext. intros k Hk. apply Hw; assumption. }
  (* all losses are those of theta, so the outputs are *)
  assert (Hout : forall i, (i < N)%nat -> forall c, (c < q)%nat -> out y i c = out th i c).
  { intros i Hi c Hc. apply (Hstrict i Hi (out y i)); [|exact Hc].
    assert (Hz : sum N (fun i => l i (out y i) - (l i (out th i) + sum q (fun c => g i c * (out y i c - out th i c)))) <= 0).
    { rewrite sum_minus, (sum_plus N (fun i => l i (out th i))).
      assert (Hlin : sum N (fun i => sum q (fun c => g i c * (out y i c - out th i c))) = 0).
      { rewrite sum_swap. apply sum_zero. intros c' Hc'.
        rewrite (sum_ext N _ (fun i => sum m (fun j => (vout y c' j - vout th c' j) * (g i c' * s (pre (X i) (win th j))))
          + (outbias y c' - outbias th c') * g i c')).
        - rewrite sum_plus, sum_scal, sum_swap.
          rewrite (sum_ext m _ (fun j => (vout y c' j - vout th c' j) * potential c' (win th j)))
            by (intros; unfold potential; rewrite <- sum_scal; reflexivity).
          rewrite sum_zero by (intros j Hj; rewrite (proj1 (H j c' Hj Hc')); ring).
          unfold outbias, balanced in *. destruct b; [rewrite (Hb eq_refl c' Hc')|]; ring.
        - intros i' _. unfold out. rewrite !net_one by exact Hc'.
          rewrite (sum_ext m (fun j => vout y c' j * s (pre (X i') (win y j))) (fun j => vout y c' j * s (pre (X i') (win th j))))
            by (intros j Hj; do 2 f_equal; apply pre_ext; intros k Hk; apply Hw; assumption).
          rewrite (sum_ext m (fun j => (vout y c' j - vout th c' j) * _) (fun j => g i' c' * (vout y c' j * s (pre (X i') (win th j))
            - vout th c' j * s (pre (X i') (win th j))))) by (intros; ring).
          rewrite sum_scal, sum_minus. ring. }
      rewrite Hlin. change (risk y) with (sum N (fun i => l i (out y i))) in Hle.
      change (risk th) with (sum N (fun i => l i (out th i))) in Hle. lra. }
    assert (Hi0 := sum_pos_zero N _ (fun i Hi => Rle_0_minus' _ _ (subgradient i Hi (out y i))) Hz i Hi). cbv beta in Hi0. lra. }
  apply (coordinates y th); [exact Hw| |exact Hk0].
  intros c j Hc Hj. apply Rminus_diag_uniq. apply (Hind (fun j => vout y c j - vout th c j)); [|exact Hj].
  intros i Hi. assert (Ho := Hout i Hi c Hc). unfold out in Ho. rewrite !net_one in Ho by exact Hc.
  assert (Hsum : sum m (fun j => feature i j * (vout y c j - vout th c j))
    = sum m (fun j => vout y c j * s (pre (X i) (win y j))) - sum m (fun j => vout th c j * s (pre (X i) (win th j)))).
  { rewrite <- sum_minus. apply sum_ext. intros j' Hj'. unfold feature, aug. destruct (Nat.ltb_spec j' m); [|lia].
    rewrite (pre_ext (X i) (win y j') (win th j')) by (intros k Hk; apply Hw; assumption). ring. }
  unfold mulv. unfold outbias in Ho. destruct b; simpl.
  - rewrite Nat.add_1_r. simpl sum. rewrite Hsum. unfold feature, aug. rewrite Nat.ltb_irrefl. lra.
  - rewrite Nat.add_0_r, Hsum. lra.
Qed.
End Net.

(* ---------- how (ii) is seen: flat, definite, midpoints ---------- *)
(* phi(w) = sum_i r_i s(w . A_i) on R^D; `potential` is the case A_i = inp (X i), r_i = g_ic *)
Definition phi (D N : nat) (s : R -> R) (A : nat -> vec) (r : nat -> R) (w : vec) : R := sum N (fun i => r i * s (mulv D (A i) w)).
Lemma potential_phi n hb s N X g c w : potential n hb s N X g c w = phi (dim n hb) N s (fun i => inp n (X i)) (fun i => g i c) w.
Proof. reflexivity. Qed.

Lemma mulv_continuous D A w : continuous_at D (mulv D A) w.
Proof.
  apply (cont_sum D w D (fun j y => A j * y j)). intros j Hj. apply cont_scal. apply cont_coord. exact Hj.
Qed.
Lemma mulv_near D A w0 e : 0 < e -> exists d, 0 < d /\ forall w, close D d w0 w -> Rabs (mulv D A w - mulv D A w0) < e.
Proof.
  intros He. destruct (mulv_continuous D A w0 e He) as [d [Hd H]]. exists d. split; [exact Hd|].
  intros w Hw. rewrite Rabs_minus_sym. apply H; [exact I|exact Hw].
Qed.
Lemma mulv_minus D A w w0 : mulv D A (fun k => w k - w0 k) = mulv D A w - mulv D A w0.
Proof. unfold mulv. rewrite <- sum_minus. apply sum_ext. intros. ring. Qed.
(* linear part: sum_i r_i a_i (A_i . d) = 0 if every entry of sum_i r_i a_i A_i is 0 *)
Lemma gradient_term D N (A : nat -> vec) (r a : nat -> R) d : (forall k, (k < D)%nat -> sum N (fun i => r i * a i * A i k) = 0) ->
  sum N (fun i => r i * (a i * mulv D (A i) d)) = 0.
Proof.
  intros H. unfold mulv.
  rewrite (sum_ext N _ (fun i => sum D (fun k => d k * (r i * a i * A i k)))).
  - rewrite sum_swap. apply sum_zero. intros k Hk. rewrite sum_scal, H by exact Hk. ring.
  - intros i _. rewrite <- !sum_scal. apply sum_ext. intros. ring.
Qed.

Section Reasons.
Variables (D N : nat) (s : R -> R) (A : nat -> vec) (r : nat -> R) (w0 : vec).
Let z (i : nat) : R := mulv D (A i) w0.
Hypothesis value : phi D N s A r w0 = 0.

(* FLAT (the case "all units flat" is rule 3.4): near every z_i with r_i <> 0, s is affine with slope a_i (piecewise linear off its
   breakpoints), and every entry of sum_i r_i a_i x_i is 0; then phi vanishes near w_0.  Kernel: `flat`, `_potential`. *)
Theorem flat a : (forall i, (i < N)%nat -> r i <> 0 -> exists e, 0 < e /\
    forall t, Rabs (t - z i) < e -> s t = s (z i) + a i * (t - z i)) ->
  (forall k, (k < D)%nat -> sum N (fun i => r i * a i * A i k) = 0) ->
  exists e, 0 < e /\ forall w, close D e w0 w -> phi D N s A r w = 0.
Proof.
  intros Haff Hgrad.
  destruct (uniform_eps N (fun i e => forall w, close D e w0 w ->
      r i * s (mulv D (A i) w) = r i * (s (z i) + a i * mulv D (A i) (fun k => w k - w0 k)))) as [e [He H]].
  - intros i e e' HA He w Hw. apply HA. eapply close_le; [apply He|exact Hw].
  - intros i Hi. destruct (Req_dec (r i) 0) as [Hz|Hz]; [exists 1; split; [lra|intros w _; rewrite Hz; ring]|].
    destruct (Haff i Hi Hz) as [e [He Hs]]. destruct (mulv_near D (A i) w0 e He) as [d [Hd Hn]].
    exists d. split; [exact Hd|]. intros w Hw. rewrite mulv_minus. f_equal. apply Hs, Hn, Hw.
  - exists e. split; [exact He|]. intros w Hw. unfold phi. rewrite (sum_ext _ _ _ (fun i Hi => H i Hi w Hw)).
    rewrite (sum_ext N _ (fun i => r i * s (z i) + r i * (a i * mulv D (A i) (fun k => w k - w0 k)))) by (intros; ring).
    rewrite sum_plus, (gradient_term D N A r a) by exact Hgrad. rewrite Rplus_0_r. exact value.
Qed.

(* Taylor with Peano's remainder, at one point *)
Lemma peano (s1 : R -> R) s2 t eps : 0 < eps ->
  (exists e, 0 < e /\ forall u, Rabs (u - t) < e -> is_derive s u (s1 u)) -> is_derive s1 t s2 ->
  exists d, 0 < d /\ forall h, Rabs h < d -> Rabs (s (t + h) - s t - s1 t * h - s2 / 2 * h ^ 2) <= eps * h ^ 2.
Proof.
  intros Heps [e [He H1]] H2. apply is_derive_Reals in H2. destruct (H2 eps Heps) as [d H]. assert (Hd := cond_pos d).
  exists (Rmin e d). split; [apply Rmin_glb_lt; assumption|]. intros h Hh.
  assert (Hhe := Rlt_le_trans _ _ _ Hh (Rmin_l e d)). assert (Hhd := Rlt_le_trans _ _ _ Hh (Rmin_r e d)).
  destruct (Req_dec h 0) as [->|Hne].
  { rewrite Rplus_0_r. replace (s t - s t - s1 t * 0 - s2 / 2 * 0 ^ 2) with 0 by field. rewrite Rabs_R0. lra. }
  pose (F := fun u => s (t + u * h) - s1 t * (u * h) - s2 / 2 * (u * h) ^ 2).
  pose (F' := fun u => (s1 (t + u * h) - s1 t - s2 * (u * h)) * h).
  destruct (MVT_cor2 F F' 0 1 Rlt_0_1) as [u [Hu Hin]].
  { intros u Hu. apply is_derive_Reals. unfold F, F'.
    assert (Hs : is_derive s (t + u * h) (s1 (t + u * h))).
    { apply H1. replace (t + u * h - t) with (u * h) by ring. rewrite Rabs_mult, (Rabs_right u) by lra.
      generalize (Rabs_pos h). nra. }
    auto_derive; [eexists; exact Hs|]. 
    replace (Derive (fun x => s x) (t + u * h)) with (s1 (t + u * h)) by (symmetry; apply is_derive_unique, Hs). field. }
  unfold F, F' in Hu.
  replace (s (t + h) - s t - s1 t * h - s2 / 2 * h ^ 2) with ((s1 (t + u * h) - s1 t - s2 * (u * h)) * h).
  - assert (Huh : u * h <> 0) by (apply Rmult_integral_contrapositive_currified; lra).
    assert (Hb : Rabs (u * h) < d).
    { rewrite Rabs_mult, (Rabs_right u) by lra. generalize (Rabs_pos h). nra. }
    specialize (H (u * h) Huh Hb).
    replace (s1 (t + u * h) - s1 t - s2 * (u * h)) with (((s1 (t + u * h) - s1 t) / (u * h) - s2) * (u * h)) by (field; lra).
    rewrite !Rabs_mult, (Rabs_right u) by lra. rewrite <- (pow2_abs h).
    assert (0 <= Rabs ((s1 (t + u * h) - s1 t) / (u * h) - s2)) by apply Rabs_pos. assert (Hp := Rabs_pos h).
    assert (0 <= Rabs h ^ 2) by nra.
    replace (Rabs ((s1 (t + u * h) - s1 t) / (u * h) - s2) * (u * Rabs h) * Rabs h)
      with (u * Rabs ((s1 (t + u * h) - s1 t) / (u * h) - s2) * Rabs h ^ 2) by ring.
    apply Rmult_le_compat_r; [assumption|nra].
  - rewrite !Rmult_1_l, !Rmult_0_l, Rplus_0_r, Rminus_0_r in Hu. simpl in Hu |- *. lra.
Qed.
End Reasons.

(* ---------- positive definite forms on R^D ---------- *)
Lemma norm2_coord D d k : (k < D)%nat -> d k * d k <= n2 D d.
Proof. intros Hk. generalize (n2_coord D d k Hk). lra. Qed.
Lemma norm2_zero D d : n2 D d = 0 -> forall k, (k < D)%nat -> d k = 0.
Proof. intros H. apply n2_zero. lra. Qed.
Lemma mulv_bound D (A : vec) : exists C, 0 <= C /\ forall d, mulv D A d ^ 2 <= C * n2 D d.
Proof. exists (n2 D A). split; [apply n2_nonneg|]. intros d. exact (cauchy D A d). Qed.

Lemma definite_bound D (Q : vec -> R) : (forall d, continuous_at D Q d) -> (forall t d, Q (fun k => t * d k) = t ^ 2 * Q d) ->
  (forall d, (exists k, (k < D)%nat /\ d k <> 0) -> 0 < Q d) -> exists lambda, 0 < lambda /\ forall d, lambda * n2 D d <= Q d.
Proof.
  intros Hc Hh Hp.
  assert (Hnc : forall x, continuous_at D (fun d => - n2 D d) x).
  { intros x. apply (cont_ext D x (fun d => -1 * n2 D d)); [intros; ring|]. apply cont_scal.
    apply (cont_sum D x D (fun k d => d k * d k)). intros k Hk. apply cont_square, cont_coord, Hk. }
  pose (K := fun d : vec => box D (fun _ => 0) (fun _ => 1) d /\ - n2 D d <= -1).
  assert (HK : compact D K).
  { apply sublevel_compact; [apply box_compact|]. intros x _. apply continuous_at_on, Hnc. }
  assert (Hpos : forall d, 0 < n2 D d -> 0 < Q d).
  { intros d Hd. apply Hp. destruct (pivot D d) as [[k [Hk Hne]]|Hz]; [exists k; split; assumption|].
    assert (n2 D d = 0); [|lra]. apply sum_zero. intros k Hk. rewrite Hz by exact Hk. ring. }
  assert (Hzero : forall d, n2 D d = 0 -> Q d = 0).
  { intros d Hd. rewrite (continuous_ext D (fun _ => True) Q d (fun k => 0 * d k) I (Hc d)).
    - rewrite Hh. ring.
    - intros k Hk. rewrite (norm2_zero D d Hd k Hk). ring. }
  assert (Hscale : forall d, 0 < n2 D d -> K (fun k => / sqrt (n2 D d) * d k) /\
     Q d = n2 D d * Q (fun k => / sqrt (n2 D d) * d k)).
  { intros d Hd. assert (Hs : 0 < sqrt (n2 D d)) by (apply sqrt_lt_R0, Hd).
    assert (Hi : / sqrt (n2 D d) * / sqrt (n2 D d) = / n2 D d).
    { rewrite <- Rinv_mult, sqrt_sqrt by lra. reflexivity. }
    split; [split|].
    - intros k Hk. rewrite Rminus_0_r.
      assert (Hb : (/ sqrt (n2 D d) * d k) * (/ sqrt (n2 D d) * d k) <= 1).
      { replace ((/ sqrt (n2 D d) * d k) * (/ sqrt (n2 D d) * d k))
          with (/ sqrt (n2 D d) * / sqrt (n2 D d) * (d k * d k)) by ring.
        rewrite Hi. apply (Rmult_le_reg_l (n2 D d)); [exact Hd|].
        rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l, Rmult_1_r by lra. apply norm2_coord, Hk. }
      apply Rabs_le. split; nra.
    - right. unfold n2 at 1. unfold dot. rewrite (sum_ext D _ (fun k => / sqrt (n2 D d) * / sqrt (n2 D d) * (d k * d k)))
        by (intros; ring).
      rewrite sum_scal, Hi. change (sum D (fun k => d k * d k)) with (n2 D d). rewrite Rinv_l by lra. reflexivity.
    - rewrite Hh. replace ((/ sqrt (n2 D d)) ^ 2) with (/ n2 D d) by (rewrite <- Hi; ring).
      rewrite <- Rmult_assoc, Rinv_r by lra. ring. }
  destruct (classic (exists d, K d)) as [HKne|HKe].
  - destruct (minimum_exists D K Q HK HKne) as [a [Ka Hmin]].
    { intros x _. apply continuous_at_on, Hc. }
    exists (Q a). split; [apply Hpos; destruct Ka; lra|]. intros d. destruct (Req_dec (n2 D d) 0) as [Hz|Hz].
    + rewrite Hz, (Hzero d Hz). lra.
    + assert (Hd : 0 < n2 D d) by (generalize (n2_nonneg D d); lra). destruct (Hscale d Hd) as [Kd ->].
      rewrite Rmult_comm. apply Rmult_le_compat_l; [lra|apply Hmin, Kd].
  - exists 1. split; [lra|]. intros d. destruct (Req_dec (n2 D d) 0) as [Hz|Hz].
    + rewrite Hz, (Hzero d Hz). lra.
    + exfalso. apply HKe. assert (Hd : 0 < n2 D d) by (generalize (n2_nonneg D d); lra).
      eexists. apply (proj1 (Hscale d Hd)).
Qed.

(* DEFINITE: s twice differentiable at every z_i with r_i <> 0 (the rule asks C^2, which is more), grad phi(w_0) = 0, and v times the
   form of the Hessian positive definite; then v phi > 0 on a punctured neighbourhood.  v = v_cj, or a sign.
   Kernel: `_potential`; also construction A. *)
Theorem definite D N (s : R -> R) (A : nat -> vec) (r : nat -> R) (w0 : vec) (s1 : R -> R) (s2 : nat -> R) v :
  phi D N s A r w0 = 0 ->
  (forall i, (i < N)%nat -> r i <> 0 ->
    (exists e, 0 < e /\ forall u, Rabs (u - mulv D (A i) w0) < e -> is_derive s u (s1 u)) /\
    is_derive s1 (mulv D (A i) w0) (s2 i)) ->
  (forall k, (k < D)%nat -> sum N (fun i => r i * s1 (mulv D (A i) w0) * A i k) = 0) ->
  (forall d, (exists k, (k < D)%nat /\ d k <> 0) -> 0 < v * sum N (fun i => r i * s2 i * mulv D (A i) d ^ 2)) ->
  exists e, 0 < e /\ forall w, close D e w0 w -> (exists k, (k < D)%nat /\ w k <> w0 k) -> 0 < v * phi D N s A r w.
Proof.
  intros Hval Hs Hgrad Hdef.
  destruct (definite_bound D (fun d => v * sum N (fun i => r i * s2 i * mulv D (A i) d ^ 2))) as [lambda [Hl Hq]].
  { intros d. apply cont_scal. apply (cont_sum D d N (fun i d => r i * s2 i * mulv D (A i) d ^ 2)). intros i _.
    apply cont_scal. apply (cont_ext D d (fun y => mulv D (A i) y * mulv D (A i) y)); [intros; ring|].
    apply cont_square, mulv_continuous. }
  { intros t d. rewrite <- Rmult_assoc, (Rmult_comm (t ^ 2)), Rmult_assoc, <- (sum_scal N (t ^ 2)). f_equal.
    apply sum_ext. intros i _.
    replace (mulv D (A i) (fun k => t * d k)) with (t * mulv D (A i) d); [ring|].
    unfold mulv. rewrite <- sum_scal. apply sum_ext. intros. ring. }
  { exact Hdef. }
  (* remainders: |r_i R_i| <= kappa |d|^2 with N kappa |v| small *)
  set (kappa := lambda / (4 * (1 + Rabs v) * (1 + INR N))).
  assert (Hv := Rabs_pos v). assert (HN := pos_INR N).
  assert (Hden : 0 < 4 * (1 + Rabs v) * (1 + INR N)) by nra.
  assert (Hkappa : 0 < kappa) by (apply Rdiv_lt_0_compat; assumption).
  destruct (uniform_eps N (fun i e => forall w, close D e w0 w -> let d := fun k => w k - w0 k in let h := mulv D (A i) d in
      Rabs (r i * s (mulv D (A i) w) - (r i * s (mulv D (A i) w0) + r i * (s1 (mulv D (A i) w0) * h) + r i * s2 i * h ^ 2 / 2))
        <= kappa * n2 D d)) as [e [He H]].
  { intros i e e' HA He w Hw. apply HA. eapply close_le; [apply He|exact Hw]. }
  { intros i Hi. destruct (Req_dec (r i) 0) as [Hz|Hz].
    { exists 1. split; [lra|]. intros w _. simpl. rewrite Hz. match goal with |- Rabs ?x <= _ => replace x with 0 by field end.
      rewrite Rabs_R0. apply Rmult_le_pos; [lra|apply n2_nonneg]. }
    destruct (Hs i Hi Hz) as [Hs1 Hs2]. destruct (mulv_bound D (A i)) as [C [HC Hb]].
    assert (Hr : 0 < Rabs (r i)) by (apply Rabs_pos_lt, Hz). assert (HrC : 0 < Rabs (r i) * (C + 1)) by nra.
    assert (Heps : 0 < kappa / (Rabs (r i) * (C + 1))) by (apply Rdiv_lt_0_compat; assumption).
    destruct (peano s s1 (s2 i) (mulv D (A i) w0) _ Heps Hs1 Hs2) as [d [Hd Hp]].
    destruct (mulv_near D (A i) w0 d Hd) as [d' [Hd' Hn]]. exists d'. split; [exact Hd'|]. intros w Hw. simpl.
    rewrite mulv_minus. specialize (Hp _ (Hn w Hw)). specialize (Hb (fun k => w k - w0 k)). rewrite mulv_minus in Hb.
    set (h := mulv D (A i) w - mulv D (A i) w0) in *.
    replace (mulv D (A i) w) with (mulv D (A i) w0 + h) by (unfold h; ring).
    set (t := mulv D (A i) w0) in *. set (sq := n2 D (fun k => w k - w0 k)) in *.
    assert (Hn2 : 0 <= sq) by apply n2_nonneg.
    replace (r i * s (t + h) - (r i * s t + r i * (s1 t * h) + r i * s2 i * (h * (h * 1)) / 2))
      with (r i * (s (t + h) - s t - s1 t * h - s2 i / 2 * h ^ 2)) by field.
    rewrite Rabs_mult. apply Rle_trans with (Rabs (r i) * (kappa / (Rabs (r i) * (C + 1)) * (C * sq))).
    - apply Rmult_le_compat_l; [lra|]. eapply Rle_trans; [exact Hp|]. apply Rmult_le_compat_l; [lra|exact Hb].
    - replace (Rabs (r i) * (kappa / (Rabs (r i) * (C + 1)) * (C * sq))) with (kappa * sq * (C / (C + 1))) by (field; lra).
      rewrite <- (Rmult_1_r (kappa * sq)) at 2. apply Rmult_le_compat_l; [nra|].
      apply (Rmult_le_reg_r (C + 1)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  exists e. split; [exact He|]. intros w Hw [k [Hk Hne]]. set (d := fun k => w k - w0 k).
  assert (Hn2 : 0 < n2 D d).
  { apply Rlt_le_trans with (d k * d k); [|apply norm2_coord, Hk]. unfold d. assert (Hnz : w k - w0 k <> 0) by lra.
    generalize (Rsqr_pos_lt _ Hnz). unfold Rsqr. lra. }
  assert (Hsum : Rabs (phi D N s A r w - sum N (fun i => r i * s2 i * mulv D (A i) d ^ 2) / 2) <= INR N * (kappa * n2 D d)).
  { assert (Hmain : sum N (fun i => r i * s (mulv D (A i) w0) + r i * (s1 (mulv D (A i) w0) * mulv D (A i) d)
        + r i * s2 i * mulv D (A i) d ^ 2 / 2) = sum N (fun i => r i * s2 i * mulv D (A i) d ^ 2) / 2).
    { rewrite !sum_plus, (gradient_term D N A r (fun i => s1 (mulv D (A i) w0))) by exact Hgrad.
      change (sum N (fun i => r i * s (mulv D (A i) w0))) with (phi D N s A r w0). rewrite Hval.
      unfold Rdiv. rewrite (Rmult_comm (sum N _)), <- sum_scal, !Rplus_0_l. apply sum_ext. intros. ring. }
    rewrite <- Hmain. unfold phi. rewrite <- sum_minus.
    assert (Habs : forall M (F : nat -> R) B, (forall i, (i < M)%nat -> Rabs (F i) <= B) -> Rabs (sum M F) <= INR M * B).
    { clear. induction M as [|M IH]; intros F B HB; [simpl; rewrite Rabs_R0; lra|]. rewrite S_INR. simpl sum.
      eapply Rle_trans; [apply Rabs_triang|]. generalize (IH F B ltac:(auto)) (HB M ltac:(lia)). lra. }
    apply Habs. intros i Hi. apply (H i Hi w Hw). }
  assert (Hq' := Hq d). cbv beta in Hq'. set (S := sum N (fun i => r i * s2 i * mulv D (A i) d ^ 2)) in *.
  assert (Herr : Rabs (v * (phi D N s A r w - S / 2)) <= lambda / 4 * n2 D d).
  { rewrite Rabs_mult. apply Rle_trans with (Rabs v * (INR N * (kappa * n2 D d))); [apply Rmult_le_compat_l; assumption|].
    replace (Rabs v * (INR N * (kappa * n2 D d))) with (lambda / 4 * n2 D d * (Rabs v / (1 + Rabs v) * (INR N / (1 + INR N))))
      by (unfold kappa; field; lra).
    rewrite <- (Rmult_1_r (lambda / 4 * n2 D d)) at 2. apply Rmult_le_compat_l; [nra|].
    assert (Hfrac : forall x, 0 <= x -> 0 <= x / (1 + x) <= 1).
    { intros x Hx. split; [apply Rmult_le_pos; [exact Hx|left; apply Rinv_0_lt_compat; lra]|].
      apply (Rmult_le_reg_r (1 + x)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    generalize (Hfrac _ Hv) (Hfrac _ HN). intros [F1 F2] [F3 F4]. 
    apply Rle_trans with (1 * 1); [apply Rmult_le_compat; assumption|lra]. }
  apply Rabs_le_between in Herr. assert (0 < lambda * n2 D d) by (apply Rmult_lt_0_compat; assumption). nra.
Qed.

(* MIDPOINTS: r is a sum of t (e_a + e_b - 2 e_c) with t >= 0 and x_a + x_b = 2 x_c, and for each of them v s is midpoint convex on an
   open interval that contains the pre-activations at a and b (hence the one at c); then v phi >= 0 near w_0.  That phi(w_0) = 0 is
   asked by (ii) besides.  Kernel: `_potential`. *)
Definition triple := (nat * nat * nat * R)%type.
Fixpoint over (ts : list triple) (F : triple -> R) : R := match ts with [] => 0 | t :: r => F t + over r F end.
Definition e_ (a i : nat) : R := if (a =? i)%nat then 1 else 0.
Lemma sum_e N a f : (a < N)%nat -> sum N (fun i => e_ a i * f i) = f a.
Proof.
  intros Ha. rewrite (sum_single N _ a Ha); unfold e_.
  - rewrite Nat.eqb_refl. ring.
  - intros k Hk ne. destruct (Nat.eqb_spec a k); [congruence|ring].
Qed.
Definition midpoint_convex (v : R) (s : R -> R) (lo hi : R) : Prop :=
  forall x y, lo < x < hi -> lo < y < hi -> 0 <= v * (s x + s y - 2 * s ((x + y) / 2)).

Theorem midpoints D N (s : R -> R) (A : nat -> vec) (r : nat -> R) (w0 : vec) v (ts : list triple) :
  (forall i, (i < N)%nat -> r i = over ts (fun '(a, b, c, t) => t * (e_ a i + e_ b i - 2 * e_ c i))) ->
  (forall a b c t, In (a, b, c, t) ts -> (a < N)%nat /\ (b < N)%nat /\ (c < N)%nat /\ 0 <= t /\
    (forall k, (k < D)%nat -> A a k + A b k = 2 * A c k) /\
    exists lo hi, lo < mulv D (A a) w0 < hi /\ lo < mulv D (A b) w0 < hi /\ midpoint_convex v s lo hi) ->
  exists e, 0 < e /\ forall w, close D e w0 w -> 0 <= v * phi D N s A r w.
Proof.
  intros Hr Hts.
  assert (Hphi : forall w, phi D N s A r w = over ts (fun '(a, b, c, t) =>
      t * (s (mulv D (A a) w) + s (mulv D (A b) w) - 2 * s (mulv D (A c) w)))).
  { intros w. unfold phi. rewrite (sum_ext N _ _ (fun i Hi => f_equal (fun x => x * s (mulv D (A i) w)) (Hr i Hi))).
    clear Hr. induction ts as [|[[[a b] c] t] ts IH]; simpl.
    - apply sum_zero. intros. ring.
    - destruct (Hts a b c t (or_introl eq_refl)) as [Ha [Hb [Hc _]]].
      rewrite <- IH by (intros; apply Hts; right; assumption). clear IH.
      rewrite <- (sum_e N a (fun i => s (mulv D (A i) w)) Ha), <- (sum_e N b (fun i => s (mulv D (A i) w)) Hb),
        <- (sum_e N c (fun i => s (mulv D (A i) w)) Hc), <- (sum_scal N 2), <- sum_plus, <- sum_minus, <- sum_scal, <- sum_plus.
      apply sum_ext. intros. ring. }
  assert (Hnear : exists e, 0 < e /\ forall w, close D e w0 w ->
      0 <= v * over ts (fun '(a, b, c, t) => t * (s (mulv D (A a) w) + s (mulv D (A b) w) - 2 * s (mulv D (A c) w)))).
  { clear Hr Hphi. induction ts as [|[[[a b] c] t] ts IH]; [exists 1; split; [lra|intros; simpl; lra]|].
    destruct IH as [e [He H]]; [intros; apply Hts; right; assumption|].
    destruct (Hts a b c t (or_introl eq_refl)) as [_ [_ [_ [Ht [Hmid [lo [hi [Ha [Hb Hconv]]]]]]]]].
    set (za := mulv D (A a) w0) in *. set (zb := mulv D (A b) w0) in *.
    set (d := Rmin (Rmin (za - lo) (hi - za)) (Rmin (zb - lo) (hi - zb))).
    assert (Hd : 0 < d) by (unfold d; repeat apply Rmin_glb_lt; lra).
    assert (Hd1 : d <= za - lo) by (unfold d; eapply Rle_trans; [apply Rmin_l|apply Rmin_l]).
    assert (Hd2 : d <= hi - za) by (unfold d; eapply Rle_trans; [apply Rmin_l|apply Rmin_r]).
    assert (Hd3 : d <= zb - lo) by (unfold d; eapply Rle_trans; [apply Rmin_r|apply Rmin_l]).
    assert (Hd4 : d <= hi - zb) by (unfold d; eapply Rle_trans; [apply Rmin_r|apply Rmin_r]).
    destruct (mulv_near D (A a) w0 d Hd) as [ea [Hea Na]]. destruct (mulv_near D (A b) w0 d Hd) as [eb [Heb Nb]].
    exists (Rmin e (Rmin ea eb)). split; [repeat apply Rmin_glb_lt; assumption|]. intros w Hw. simpl.
    assert (Hwe := H w (close_le _ _ _ _ _ (Rmin_l _ _) Hw)). assert (Hwab := close_le _ _ _ _ _ (Rmin_r _ _) Hw).
    assert (Nwa := Na w (close_le _ _ _ _ _ (Rmin_l _ _) Hwab)). assert (Nwb := Nb w (close_le _ _ _ _ _ (Rmin_r _ _) Hwab)).
    fold za in Nwa. fold zb in Nwb. apply Rabs_def2 in Nwa. apply Rabs_def2 in Nwb.
    assert (Hc : mulv D (A c) w = (mulv D (A a) w + mulv D (A b) w) / 2).
    { unfold mulv. rewrite <- sum_plus. unfold Rdiv. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros k Hk.
      assert (Hk2 := Hmid k Hk). replace (A a k * w k + A b k * w k) with ((A a k + A b k) * w k) by ring.
      rewrite Hk2. field. }
    rewrite Hc. assert (Hm := Hconv (mulv D (A a) w) (mulv D (A b) w) ltac:(lra) ltac:(lra)). nra. }
  destruct Hnear as [e [He H]]. exists e. split; [exact He|]. intros w Hw. rewrite Hphi. apply H, Hw.
Qed.

(* s'' with the sign of v makes v s midpoint convex *)
Lemma midpoint_convex_c2 v s s1 s2 lo hi : (forall x, lo < x < hi -> is_derive s x (s1 x)) ->
  (forall x, lo < x < hi -> is_derive s1 x (s2 x)) -> (forall x, lo < x < hi -> 0 <= v * s2 x) -> midpoint_convex v s lo hi.
Proof.
  intros H1 H2 Hs.
  assert (Hlt : forall x y, lo < x -> x < y -> y < hi -> 0 <= v * (s x + s y - 2 * s ((x + y) / 2))).
  { intros x y Hx Hxy Hy. set (m := (x + y) / 2). assert (Hm : x < m < y) by (unfold m; lra).
    destruct (MVT_cor2 s s1 x m (proj1 Hm)) as [u [Hu Hu']]; [intros; apply is_derive_Reals, H1; lra|].
    destruct (MVT_cor2 s s1 m y (proj2 Hm)) as [u' [Hv Hv']]; [intros; apply is_derive_Reals, H1; lra|].
    destruct (MVT_cor2 s1 s2 u u') as [z [Hz Hz']]; [lra|intros; apply is_derive_Reals, H2; lra|].
    replace (v * (s x + s y - 2 * s m)) with (v * ((s y - s m) - (s m - s x))) by ring. rewrite Hu, Hv.
    replace (y - m) with ((y - x) / 2) by (unfold m; field). replace (m - x) with ((y - x) / 2) by (unfold m; field).
    replace (v * (s1 u' * ((y - x) / 2) - s1 u * ((y - x) / 2))) with (v * (s1 u' - s1 u) * ((y - x) / 2)) by ring.
    rewrite Hz. assert (Hp := Hs z ltac:(lra)).
    replace (v * (s2 z * (u' - u)) * ((y - x) / 2)) with ((v * s2 z) * ((u' - u) * ((y - x) / 2))) by ring.
    apply Rmult_le_pos; [exact Hp|]. apply Rmult_le_pos; lra. }
  intros x y Hx Hy. destruct (Rtotal_order x y) as [H|[->|H]].
  - apply Hlt; lra.
  - replace ((y + y) / 2) with y by field. lra.
  - replace (s x + s y - 2 * s ((x + y) / 2)) with (s y + s x - 2 * s ((y + x) / 2)) by (rewrite (Rplus_comm y x); ring).
    apply Hlt; lra.
Qed.
(* as the rule has it: C^2 around the closed interval [lo, hi] and v s'' > 0 on it; then on an open interval around it too *)
Lemma midpoint_convex_closed v s s1 s2 lo hi e : 0 < e -> lo <= hi ->
  (forall x, lo - e < x < hi + e -> is_derive s x (s1 x)) -> (forall x, lo - e < x < hi + e -> is_derive s1 x (s2 x)) ->
  continuity_pt s2 lo -> continuity_pt s2 hi -> (forall x, lo <= x <= hi -> 0 < v * s2 x) ->
  exists d, 0 < d /\ midpoint_convex v s (lo - d) (hi + d).
Proof.
  intros He Hle H1 H2 Cl Ch Hp.
  assert (Hend : forall p, continuity_pt s2 p -> 0 < v * s2 p -> exists d, 0 < d /\ forall x, Rabs (x - p) < d -> 0 < v * s2 x).
  { intros p Cp Hpos. assert (Hc : continuity_pt (fun x => v * s2 x) p).
    { apply (continuity_pt_mult (fct_cte v) s2); [apply continuity_pt_const; intros a b; reflexivity|exact Cp]. }
    destruct (Hc (v * s2 p) Hpos) as [d [Hd H]]. exists d. split; [exact Hd|]. intros x Hx.
    destruct (Req_dec x p) as [->|ne]; [exact Hpos|].
    assert (Hx' := H x). simpl in Hx'. unfold R_dist in Hx'.
    assert (Ha : Rabs (v * s2 x - v * s2 p) < v * s2 p).
    { apply Hx'. split; [|exact Hx]. split; [exact I|]. intros h. apply ne. symmetry. exact h. }
    apply Rabs_def2 in Ha. lra. }
  destruct (Hend lo Cl (Hp lo ltac:(lra))) as [d1 [Hd1 P1]]. destruct (Hend hi Ch (Hp hi ltac:(lra))) as [d2 [Hd2 P2]].
  exists (Rmin e (Rmin d1 d2)). assert (Hmin : 0 < Rmin e (Rmin d1 d2)) by (repeat apply Rmin_glb_lt; assumption).
  split; [exact Hmin|].
  assert (M1 := Rmin_l e (Rmin d1 d2)). assert (M2 := Rmin_r e (Rmin d1 d2)).
  assert (M3 := Rmin_l d1 d2). assert (M4 := Rmin_r d1 d2).
  apply (midpoint_convex_c2 v s s1 s2); intros x Hx; [apply H1; lra|apply H2; lra|].
  left. destruct (Rlt_le_dec x lo); [apply P1, Rabs_def1; lra|]. destruct (Rlt_le_dec hi x); [apply P2, Rabs_def1; lra|].
  apply Hp. lra.
Qed.

(* ---------- rule 3.4; half the squared error ---------- *)
Section Rules.
Variables (n m : nat) (hb : bool) (s : R -> R) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R).
Let D := dim n hb.
Let z (th : vec) (i j : nat) : R := pre n hb (X i) (win n m th j).

(* RULE 3.4: every unit is flat.  a j i is the slope of s at unit j and sample i; g_ic = 0 asks nothing at sample i.  Here sum_i g_ic s(z_ij) = 0
   (the kernel's test) stands for both conditions sum_i g_ic a_ij x_i = 0, sum_i g_ic c_ij = 0, where s is a_ij z + c_ij around z_ij. *)
Theorem rule_3_4 l th g (a : nat -> nat -> R) :
  (forall i, (i < N)%nat -> forall u, l i (out n m hb s q b X th i)
     + sum q (fun c => g i c * (u c - out n m hb s q b X th i c)) <= l i u) ->
  balanced q b N g ->
  (forall j, (j < m)%nat -> forall i c, (i < N)%nat -> (c < q)%nat -> g i c <> 0 ->
     exists e, 0 < e /\ forall t, Rabs (t - z th i j) < e -> s t = s (z th i j) + a j i * (t - z th i j)) ->
  (forall j c, (j < m)%nat -> (c < q)%nat -> sum N (fun i => g i c * s (z th i j)) = 0 /\
     forall k, (k < D)%nat -> sum N (fun i => g i c * a j i * inp n (X i) k) = 0) ->
  local_min (npar n m hb s q b) (risk n m hb s q b N X l) th.
Proof.
  intros Hsub Hb Haff Hsum. apply (unit_potentials n m hb s q b N X l th g Hsub Hb).
  intros j c Hj Hc. destruct (Hsum j c Hj Hc) as [Hval Hgrad].
  destruct (flat D N s (fun i => inp n (X i)) (fun i => g i c) (win n m th j) Hval (a j)) as [e [He H]].
  - intros i Hi Hg. apply (Haff j Hj i c Hi Hc Hg).
  - exact Hgrad.
  - split; [exact Hval|]. split; intros Hv; exists e; (split; [exact He|]); intros w Hw; rewrite potential_phi.
    + fold D. rewrite (H w Hw). lra.
    + apply H, Hw.
Qed.

(* the reasons "definite" and "midpoints" for one unit and one output with v_cj <> 0; definite units are strict too *)
Lemma unit_definite th g j c (s1 : R -> R) (s2 : nat -> R) : let v := vout n m hb q th c j in
  (c < q)%nat -> v <> 0 -> sum N (fun i => g i c * s (z th i j)) = 0 ->
  (forall i, (i < N)%nat -> g i c <> 0 -> (exists e, 0 < e /\ forall u, Rabs (u - z th i j) < e -> is_derive s u (s1 u)) /\
     is_derive s1 (z th i j) (s2 i)) ->
  (forall k, (k < D)%nat -> sum N (fun i => g i c * s1 (z th i j) * inp n (X i) k) = 0) ->
  (forall d, (exists k, (k < D)%nat /\ d k <> 0) -> 0 < v * sum N (fun i => g i c * s2 i * pre n hb (X i) d ^ 2)) ->
  unit_ok n m hb s q N X th g j c /\ unit_strict n m hb s q N X th g j c.
Proof.
  intros v Hc Hv Hval Hs Hgrad Hdef.
  destruct (definite D N s (fun i => inp n (X i)) (fun i => g i c) (win n m th j) s1 s2 v Hval Hs Hgrad Hdef) as [e [He H]].
  split; [split; [exact Hval|split; [intros _|contradiction]]|split; [exact Hc|split; [exact Hv|]]]; exists e; (split; [exact He|]).
  - intros w Hw. destruct (classic (exists k, (k < D)%nat /\ w k <> win n m th j k)) as [Hne|Hne].
    + left. apply (H w Hw Hne).
    + right. rewrite <- (Rmult_0_r (vout n m hb q th c j)). f_equal. rewrite <- Hval. apply sum_ext. intros i _. do 2 f_equal.
      apply pre_ext. intros k Hk. destruct (Req_dec (win n m th j k) (w k)) as [|ne]; [assumption|exfalso].
      apply Hne. exists k. split; [exact Hk|]. intros h. apply ne. symmetry. exact h.
  - exact H.
Qed.
Lemma unit_midpoints th g j c (ts : list triple) : let v := vout n m hb q th c j in
  v <> 0 -> sum N (fun i => g i c * s (z th i j)) = 0 ->
  (forall i, (i < N)%nat -> g i c = over ts (fun '(a, b, c, t) => t * (e_ a i + e_ b i - 2 * e_ c i))) ->
  (forall a b c t, In (a, b, c, t) ts -> (a < N)%nat /\ (b < N)%nat /\ (c < N)%nat /\ 0 <= t /\
    (forall k, (k < D)%nat -> inp n (X a) k + inp n (X b) k = 2 * inp n (X c) k) /\
    exists lo hi, lo < z th a j < hi /\ lo < z th b j < hi /\ midpoint_convex v s lo hi) ->
  unit_ok n m hb s q N X th g j c.
Proof.
  intros v Hv Hval Hg Hts.
  destruct (midpoints D N s (fun i => inp n (X i)) (fun i => g i c) (win n m th j) v ts Hg Hts) as [e [He H]].
  split; [exact Hval|split; [intros _|contradiction]]. exists e. split; [exact He|]. exact H.
Qed.

(* half the squared error: g_ic = f_ic - y_ic, and the loss is larger than its tangent at all other outputs *)
Lemma hse_expand (y f u : nat -> R) : hse q y u = hse q y f + sum q (fun c => (f c - y c) * (u c - f c))
  + sum q (fun c => (u c - f c) * (u c - f c)) / 2.
Proof.
  unfold hse.
  assert (Hs : sum q (fun c => (u c - y c) ^ 2) = sum q (fun c => (f c - y c) ^ 2)
    + 2 * sum q (fun c => (f c - y c) * (u c - f c)) + sum q (fun c => (u c - f c) * (u c - f c))); [|lra].
  rewrite <- sum_scal, <- !sum_plus. apply sum_ext. intros. ring.
Qed.
Lemma hse_subgradient (y f u : nat -> R) : hse q y f + sum q (fun c => (f c - y c) * (u c - f c)) <= hse q y u.
Proof. rewrite (hse_expand y f u). assert (H := n2_nonneg q (fun c => u c - f c)). unfold n2, dot in H. lra. Qed.
Lemma hse_strict (y f u : nat -> R) : hse q y u <= hse q y f + sum q (fun c => (f c - y c) * (u c - f c)) ->
  forall c, (c < q)%nat -> u c = f c.
Proof.
  rewrite (hse_expand y f u). intros H c Hc. assert (Hp := n2_nonneg q (fun c => u c - f c)). unfold n2, dot in Hp.
  apply Rminus_diag_uniq. apply (norm2_zero q (fun c => u c - f c)); [unfold n2, dot; lra|exact Hc].
Qed.

Variable Y : nat -> nat -> R.
Definition risk_hse : vec -> R := risk n m hb s q b N X (fun i => hse q (Y i)).
Definition residual (th : vec) (i c : nat) : R := out n m hb s q b X th i c - Y i c.

Theorem unit_potentials_hse th : balanced q b N (residual th) ->
  (forall j c, (j < m)%nat -> (c < q)%nat -> unit_ok n m hb s q N X th (residual th) j c) ->
  local_min (npar n m hb s q b) risk_hse th.
Proof.
  intros Hb H. apply (unit_potentials n m hb s q b N X _ th (residual th)); [|exact Hb|exact H].
  intros i _ u. apply hse_subgradient.
Qed.

(* FITTED: theta' is theta but for the output biases c'_k = c_k - mean_i (f_ik - y_ik).  The slopes there are the residuals minus their
   means, (i) holds, and (ii) is asked for these slopes at theta (weights and pre-activations are the same). *)
Definition centred (th : vec) (i c : nat) : R := residual th i c - sum N (fun i => residual th i c) / INR N.
Theorem fitted th th' : b = true -> (0 < N)%nat ->
  (forall j k, (j < m)%nat -> (k < D)%nat -> win n m th' j k = win n m th j k) ->
  (forall c j, (c < q)%nat -> (j < m)%nat -> vout n m hb q th' c j = vout n m hb q th c j) ->
  (forall c, (c < q)%nat -> vout n m hb q th' c m = vout n m hb q th c m - sum N (fun i => residual th i c) / INR N) ->
  (forall j c, (j < m)%nat -> (c < q)%nat -> unit_ok n m hb s q N X th (centred th) j c) ->
  local_min (npar n m hb s q b) risk_hse th'.
Proof.
  intros Hbt HN Hw Hv Hc H.
  assert (Hpre : forall i j, (j < m)%nat -> pre n hb (X i) (win n m th' j) = pre n hb (X i) (win n m th j)).
  { intros i j Hj. apply sum_ext. intros k Hk. rewrite Hw by assumption. reflexivity. }
  assert (Hres : forall i c, (c < q)%nat -> residual th' i c = centred th i c).
  { intros i c Hcq. unfold centred. unfold residual at 1 2, out. rewrite !net_one by exact Hcq. unfold outbias. rewrite Hbt, Hc by exact Hcq.
    rewrite (sum_ext m (fun j => vout n m hb q th' c j * s (pre n hb (X i) (win n m th' j)))
      (fun j => vout n m hb q th c j * s (pre n hb (X i) (win n m th j)))); [ring|].
    intros j Hj. rewrite Hv, Hpre by assumption. reflexivity. }
  assert (Hpot : forall c w, (c < q)%nat -> potential n hb s N X (residual th') c w = potential n hb s N X (centred th) c w).
  { intros c w Hcq. apply sum_ext. intros i _. rewrite Hres by exact Hcq. reflexivity. }
  apply unit_potentials_hse.
  - intros _ c Hcq. rewrite (sum_ext N _ (fun i => centred th i c)) by (intros; apply Hres, Hcq).
    unfold centred. rewrite sum_minus.
    assert (Hconst : forall M x, sum M (fun _ => x) = INR M * x).
    { intros M x. induction M as [|M IH]; [simpl; ring|]. rewrite S_INR. simpl sum. rewrite IH. ring. }
    rewrite Hconst. field. apply not_0_INR. lia.
  - intros j c Hj Hcq. destruct (H j c Hj Hcq) as [H0 [H1 H2]].
    assert (Hclose : forall e w, close D e (win n m th' j) w -> close D e (win n m th j) w).
    { intros e w Hcl k Hk. rewrite <- (Hw j k Hj Hk). apply Hcl, Hk. }
    unfold unit_ok. rewrite Hv by assumption. split; [|split].
    + rewrite Hpot by exact Hcq. rewrite <- H0. apply sum_ext. intros i _. rewrite Hpre by exact Hj. reflexivity.
    + intros Hz. destruct (H1 Hz) as [e [He Hn]]. exists e. split; [exact He|]. intros w Hcl. rewrite Hpot by exact Hcq.
      apply Hn, Hclose, Hcl.
    + intros Hz. destruct (H2 Hz) as [e [He Hn]]. exists e. split; [exact He|]. intros w Hcl. rewrite Hpot by exact Hcq.
      apply Hn, Hclose, Hcl.
Qed.
End Rules.
