(* Real exponential sums  phi(t) = sum_{i<N} c_i exp(a_i t)  have few zeros, and walls: widths from which on there is no bad basin
   (docs/theorems/walls.md: the common part, W2, W4 for erf and arctan).

   Modelling.  A list of zeros is a list of pairs (t, k): t is a zero of multiplicity at least k, that is, phi and its first k - 1
   derivatives vanish at t (`Derive_n_expsum` says that `moment l` is the l-th derivative).  The t of a list are different
   (`NoDup`), and its zeros are counted with multiplicity by `total`.  The walls (second part) are about one hidden layer of m units
   with scalar input, no hidden bias, one output, with or without an output bias (networks as in Potentials.v). *)
Require Import Reals Lra Lia PeanoNat List Bool Permutation Classical.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Compactness Potentials.
Import ListNotations.
Open Scope R_scope.

Lemma sum_derive n (F : nat -> R -> R) (F' : nat -> R) x : (forall i, (i < n)%nat -> is_derive (F i) x (F' i)) ->
  is_derive (fun t => sum n (fun i => F i t)) x (sum n F').
Proof.
  induction n as [|n IH]; intros H; simpl.
  - apply (is_derive_const 0).
  - apply (is_derive_plus (fun t => sum n (fun i => F i t)) (F n)); [apply IH; auto|apply H; lia].
Qed.

(* the l-th derivative of the sum at t *)
Definition moment (N : nat) (c a : nat -> R) (l : nat) (t : R) : R := sum N (fun i => c i * a i ^ l * exp (a i * t)).
Definition expsum (N : nat) (c a : nat -> R) (t : R) : R := sum N (fun i => c i * exp (a i * t)).

Lemma moment_0 N c a t : moment N c a 0 t = expsum N c a t.
Proof. apply sum_ext. intros. simpl. ring. Qed.
Lemma moment_derive N c a l t : is_derive (moment N c a l) t (moment N c a (S l) t).
Proof.
  apply (sum_derive N (fun i t => c i * a i ^ l * exp (a i * t)) (fun i => c i * a i ^ S l * exp (a i * t))).
  intros i _. auto_derive; [exact I|]. simpl. ring.
Qed.
Lemma expsum_derive N c a t : is_derive (expsum N c a) t (moment N c a 1 t).
Proof. apply (is_derive_ext (moment N c a 0)); [apply moment_0|apply moment_derive]. Qed.
Lemma Derive_n_expsum N c a l : forall t, Derive_n (expsum N c a) l t = moment N c a l t.
Proof.
  induction l as [|l IH]; intros t; simpl; [symmetry; apply moment_0|].
  rewrite (Derive_ext _ (moment N c a l)) by exact IH. apply is_derive_unique, moment_derive.
Qed.

(* the operator D - b, b the last exponent: one term less *)
Definition drop (c a : nat -> R) (b : R) : nat -> R := fun i => c i * (a i - b).
Lemma moment_drop N c a l t : moment N (drop c a (a N)) a l t = moment (S N) c a (S l) t - a N * moment (S N) c a l t.
Proof.
  unfold moment, drop. simpl sum.
  rewrite Rmult_plus_distr_l, <- sum_scal. unfold Rminus. rewrite Ropp_plus_distr.
  replace (- sum N (fun i => a N * (c i * a i ^ l * exp (a i * t))))
    with (sum N (fun i => - a N * (c i * a i ^ l * exp (a i * t))))
    by (rewrite !sum_scal; ring).
  transitivity (sum N (fun i => c i * a i ^ S l * exp (a i * t)) + sum N (fun i => - a N * (c i * a i ^ l * exp (a i * t)))).
  - rewrite <- sum_plus. apply sum_ext. intros. simpl. ring.
  - simpl. ring.
Qed.

(* exp(-b t) phi(t) has the derivative exp(-b t) (phi' - b phi)(t) *)
Lemma damped_derive N c a t : is_derive (fun u => exp (- a N * u) * expsum (S N) c a u) t
  (exp (- a N * t) * expsum N (drop c a (a N)) a t).
Proof.
  rewrite <- (moment_0 N), moment_drop, moment_0.
  evar_last.
  - apply (is_derive_mult (fun u => exp (- a N * u)) (expsum (S N) c a) t (- a N * exp (- a N * t)) (moment (S N) c a 1 t)).
    + auto_derive; [exact I|ring].
    + apply expsum_derive.
    + intros. apply Rmult_comm.
  - unfold plus, mult; simpl. ring.
Qed.

Lemma rolle N c a t u : t < u -> expsum (S N) c a t = 0 -> expsum (S N) c a u = 0 ->
  exists s, t < s < u /\ expsum N (drop c a (a N)) a s = 0.
Proof.
  intros Htu Ht Hu.
  destruct (MVT_cor2 (fun x => exp (- a N * x) * expsum (S N) c a x)
    (fun x => exp (- a N * x) * expsum N (drop c a (a N)) a x) t u Htu) as [s [Hs Hin]].
  - intros x _. apply is_derive_Reals, damped_derive.
  - exists s. split; [exact Hin|]. rewrite Ht, Hu, !Rmult_0_r, Rminus_0_r in Hs.
    generalize (exp_pos (- a N * s)). intros Hp. symmetry in Hs.
    apply Rmult_integral in Hs. destruct Hs as [Hs|Hs]; [|lra].
    apply Rmult_integral in Hs. destruct Hs as [Hs|Hs]; [lra|exact Hs].
Qed.

(* ---------- lists of zeros ---------- *)
Definition zeros := list (R * nat).
Fixpoint total (zs : zeros) : nat := match zs with [] => O | z :: r => (snd z + total r)%nat end.
Fixpoint increasing (zs : zeros) : Prop :=
  match zs with [] => True | z :: r => (forall y, In y r -> fst z < fst y) /\ increasing r end.
Definition vanish (N : nat) (c a : nat -> R) (zs : zeros) : Prop :=
  forall z, In z zs -> forall l, (l < snd z)%nat -> moment N c a l (fst z) = 0.

(* Rolle with multiplicities: phi' - b phi has at most one zero less than phi *)
Lemma rolle_list N c a : forall zs t k, increasing ((t, S k) :: zs) -> (forall z, In z zs -> (0 < snd z)%nat) ->
  vanish (S N) c a ((t, S k) :: zs) ->
  exists zs', increasing ((t, k) :: zs') /\ total ((t, S k) :: zs) = S (total ((t, k) :: zs')) /\
    vanish N (drop c a (a N)) a ((t, k) :: zs').
Proof.
  assert (Hhead : forall t k zs, vanish (S N) c a ((t, S k) :: zs) ->
    forall l, (l < k)%nat -> moment N (drop c a (a N)) a l t = 0).
  { intros t k zs Hv l Hl. rewrite moment_drop.
    assert (H := Hv (t, S k) (or_introl eq_refl)). simpl in H.
    rewrite (H (S l)), (H l) by lia. ring. }
  induction zs as [|[u j] zs IH]; intros t k Hi Hp Hv.
  - exists []. split; [simpl; tauto|]. split; [simpl; lia|]. intros z [<-|[]] l Hl. eapply Hhead; [exact Hv|exact Hl].
  - assert (Hj : (0 < j)%nat) by (apply (Hp (u, j)); left; reflexivity).
    destruct j as [|j]; [lia|]. destruct Hi as [Htu [Hu Hi]].
    destruct (IH u j) as [zs' [Hi' [Ht' Hv']]].
    + split; assumption.
    + intros z Hz. apply Hp. right. exact Hz.
    + intros z Hz. apply Hv. right. exact Hz.
    + assert (Hlt : t < u) by (apply (Htu (u, S j)); left; reflexivity).
      destruct (rolle N c a t u Hlt) as [s [Hs Hz]].
      * rewrite <- moment_0. apply (Hv (t, S k)); [left; reflexivity|simpl; lia].
      * rewrite <- moment_0. apply (Hv (u, S j)); [right; left; reflexivity|simpl; lia].
      * exists ((s, 1%nat) :: (u, j) :: zs'). split; [|split].
        -- assert (Hge : forall y, In y ((u, j) :: zs') -> u <= fst y).
           { intros y [<-|Hy]; [simpl; lra|]. left. apply (proj1 Hi'), Hy. }
           split; [|split; [|exact Hi']].
           ++ intros y [<-|Hy]; [simpl; lra|]. generalize (Hge y Hy). simpl. lra.
           ++ intros y Hy. generalize (Hge y Hy). simpl. lra.
        -- simpl in *. lia.
        -- intros z [<-|[<-|Hin]] l Hl.
           ++ eapply Hhead; [exact Hv|exact Hl].
           ++ simpl in *. replace l with O by lia. rewrite moment_0. exact Hz.
           ++ apply Hv'; assumption.
Qed.

(* entries of multiplicity 0 say nothing *)
Definition proper (zs : zeros) : zeros := filter (fun z => Nat.ltb 0 (snd z)) zs.
Lemma proper_in zs z : In z (proper zs) -> In z zs /\ (0 < snd z)%nat.
Proof. intros H. apply filter_In in H. destruct H as [H1 H2]. apply Nat.ltb_lt in H2. split; assumption. Qed.
Lemma proper_total zs : total (proper zs) = total zs.
Proof. induction zs as [|[t k] zs IH]; [reflexivity|]. simpl. destruct k; simpl; rewrite IH; reflexivity. Qed.
Lemma proper_increasing zs : increasing zs -> increasing (proper zs).
Proof.
  induction zs as [|[t k] zs IH]; [auto|]. intros [H1 H2]. simpl. destruct k; simpl; [auto|].
  split; [|auto]. intros y Hy. apply H1, proper_in, Hy.
Qed.

Lemma expsum_zeros_increasing N : forall c a zs, increasing zs -> vanish N c a zs -> (0 < total zs)%nat -> (N <= total zs)%nat ->
  forall t, expsum N c a t = 0.
Proof.
  induction N as [|N IH]; intros c a zs Hi Hv Hpos Ht x; [reflexivity|].
  assert (Hi' := proper_increasing zs Hi).
  assert (Hv' : vanish (S N) c a (proper zs)) by (intros z Hz; apply Hv, proper_in, Hz).
  assert (Hp : forall z, In z (proper zs) -> (0 < snd z)%nat) by (intros z Hz; apply (proper_in zs), Hz).
  rewrite <- proper_total in Ht. destruct (proper zs) as [|[t k] r]; [simpl in Ht; lia|].
  assert (Hk : (0 < k)%nat) by (apply (Hp (t, k)); left; reflexivity). destruct k as [|k]; [lia|].
  destruct (rolle_list N c a r t k Hi') as [zs' [Hinc [Htot Hvan]]].
  { intros z Hz. apply Hp. right. exact Hz. }
  { exact Hv'. }
  assert (Hzero : forall u, expsum N (drop c a (a N)) a u = 0).
  { destruct N as [|N']; [reflexivity|]. apply (IH _ _ ((t, k) :: zs')); auto; lia. }
  (* exp(-b t) phi(t) is constant, and 0 at a zero *)
  assert (Hx0 : expsum (S N) c a t = 0) by (rewrite <- moment_0; apply (Hv' (t, S k)); [left; reflexivity|simpl; lia]).
  assert (Hd : forall y, derivable_pt_lim (fun u => exp (- a N * u) * expsum (S N) c a u) y 0).
  { intros y. apply is_derive_Reals. evar_last; [apply damped_derive|]. simpl. rewrite Hzero. ring. }
  assert (Hc : exp (- a N * x) * expsum (S N) c a x = 0).
  { destruct (Rtotal_order x t) as [Hlt|[->|Hlt]].
    - destruct (MVT_cor2 (fun u => exp (- a N * u) * expsum (S N) c a u) (fun _ => 0) x t Hlt) as [s [Hs _]];
        [intros; apply Hd|]. rewrite Hx0 in Hs. lra.
    - rewrite Hx0. ring.
    - destruct (MVT_cor2 (fun u => exp (- a N * u) * expsum (S N) c a u) (fun _ => 0) t x Hlt) as [s [Hs _]];
        [intros; apply Hd|]. rewrite Hx0 in Hs. lra. }
  apply Rmult_integral in Hc. destruct Hc as [Hc|Hc]; [generalize (exp_pos (- a N * x)); lra|exact Hc].
Qed.

(* zeros in any order *)
Fixpoint insert (z : R * nat) (zs : zeros) : zeros :=
  match zs with [] => [z] | y :: r => if Rlt_dec (fst z) (fst y) then z :: zs else y :: insert z r end.
Lemma insert_perm z zs : Permutation (z :: zs) (insert z zs).
Proof.
  induction zs as [|y r IH]; simpl; [apply Permutation_refl|]. destruct (Rlt_dec (fst z) (fst y)); [apply Permutation_refl|].
  eapply Permutation_trans; [apply perm_swap|]. apply perm_skip, IH.
Qed.
Lemma insert_increasing z zs : ~ In (fst z) (map fst zs) -> increasing zs -> increasing (insert z zs).
Proof.
  induction zs as [|y r IH]; simpl; intros Hn Hi; [split; [intros ? []|exact I]|].
  destruct (Rlt_dec (fst z) (fst y)) as [Hlt|Hge]; simpl.
  - split; [|exact Hi]. intros u [<-|Hu]; [exact Hlt|]. generalize (proj1 Hi u Hu). lra.
  - split; [|apply IH; [tauto|apply Hi]].
    intros u Hu. apply (Permutation_in _ (Permutation_sym (insert_perm z r))) in Hu.
    destruct Hu as [<-|Hu]; [|apply Hi, Hu].
    destruct (Rtotal_order (fst y) (fst z)) as [H|[H|H]]; [exact H|exfalso; apply Hn; left; exact H|lra].
Qed.
Lemma total_perm zs zs' : Permutation zs zs' -> total zs = total zs'.
Proof. intros H. induction H; simpl; lia. Qed.
Lemma sort_zeros zs : NoDup (map fst zs) -> exists zs', Permutation zs zs' /\ increasing zs'.
Proof.
  induction zs as [|z r IH]; simpl; intros Hn; [exists []; split; [apply Permutation_refl|exact I]|].
  inversion Hn as [|x l Hx Hr]; subst. destruct (IH Hr) as [zs' [Hp Hi]].
  exists (insert z zs'). split.
  - eapply Permutation_trans; [apply perm_skip, Hp|apply insert_perm].
  - apply insert_increasing; [|exact Hi]. intros Hin. apply Hx.
    apply (Permutation_in (l := map fst zs')); [apply Permutation_map, Permutation_sym, Hp|exact Hin].
Qed.

(* A sum of N exponentials with N zeros, counted with multiplicity, is identically zero; exponents may be equal.
   (At least one zero is asked: for N = 0 there is nothing to ask, the empty sum is 0.) *)
Theorem expsum_zeros N c a zs : NoDup (map fst zs) -> vanish N c a zs -> (N <= total zs)%nat ->
  forall t, expsum N c a t = 0.
Proof.
  intros Hn Hv Ht t. destruct N as [|N]; [reflexivity|].
  destruct (sort_zeros zs Hn) as [zs' [Hp Hi]].
  apply (expsum_zeros_increasing (S N) c a zs' Hi).
  - intros z Hz. apply Hv. apply (Permutation_in (l := zs')); [apply Permutation_sym, Hp|exact Hz].
  - rewrite <- (total_perm zs zs' Hp). lia.
  - rewrite <- (total_perm zs zs' Hp). exact Ht.
Qed.

Lemma expsum_independent N : forall c a, (forall i j, (i < N)%nat -> (j < N)%nat -> a i = a j -> i = j) ->
  (forall t, expsum N c a t = 0) -> forall i, (i < N)%nat -> c i = 0.
Proof.
  induction N as [|N IH]; intros c a Hinj Hz i Hi; [lia|].
  assert (Hless : forall k, (k < N)%nat -> c k = 0).
  { intros k Hk. assert (Hd : drop c a (a N) k = 0).
    { apply (IH _ a); [intros; apply Hinj; auto|intros t|exact Hk].
      assert (Hm : moment (S N) c a 1 t = 0).
      { rewrite <- Derive_n_expsum. simpl. rewrite (Derive_ext _ (fun _ => 0)) by exact Hz. apply Derive_const. }
      rewrite <- moment_0, moment_drop, Hm, moment_0, Hz. ring. }
    unfold drop in Hd. apply Rmult_integral in Hd. destruct Hd as [Hd|Hd]; [exact Hd|].
    assert (k = N); [|lia]. apply Hinj; [lia|lia|lra]. }
  destruct (Nat.eq_dec i N) as [->|ne]; [|apply Hless; lia].
  assert (H0 := Hz 0). unfold expsum in H0. simpl sum in H0.
  rewrite sum_zero in H0 by (intros k Hk; rewrite (Hless k Hk); ring).
  rewrite Rmult_0_r, exp_0 in H0. lra.
Qed.

(* 2.E and W2, first half: different exponents, not all coefficients zero: at most N - 1 zeros with multiplicity *)
Theorem expsum_few_zeros N c a zs : (forall i j, (i < N)%nat -> (j < N)%nat -> a i = a j -> i = j) ->
  (exists i, (i < N)%nat /\ c i <> 0) -> NoDup (map fst zs) -> vanish N c a zs -> (total zs < N)%nat.
Proof.
  intros Hinj [i [Hi Hc]] Hn Hv. destruct (Nat.le_gt_cases N (total zs)) as [Hle|Hlt]; [exfalso|exact Hlt].
  apply Hc, (expsum_independent N c a Hinj); [|exact Hi]. apply (expsum_zeros N c a zs); assumption.
Qed.

(* ---------- what all walls have in common ---------- *)
Lemma tangent (f : R -> R) d t : (forall u v a, 0 <= a <= 1 -> f ((1 - a) * u + a * v) <= (1 - a) * f u + a * f v) ->
  is_derive f t d -> forall u, f t + d * (u - t) <= f u.
Proof.
  intros Hc Hd u. destruct (Rle_lt_dec (f t + d * (u - t)) (f u)) as [|Hlt]; [assumption|exfalso].
  destruct (Req_dec u t) as [->|Hne]; [lra|]. apply is_derive_Reals in Hd.
  assert (Hpos : 0 < Rabs (u - t)) by (apply Rabs_pos_lt; lra).
  set (e := (f t + d * (u - t) - f u) / (2 * Rabs (u - t))). assert (He : 0 < e) by (apply Rdiv_lt_0_compat; lra).
  destruct (Hd e He) as [r H]. assert (Hr := cond_pos r).
  set (a := Rmin 1 (r / (2 * Rabs (u - t)))). assert (Ha1 : a <= 1) by apply Rmin_l.
  assert (Ha0 : 0 < a) by (apply Rmin_glb_lt; [lra|apply Rdiv_lt_0_compat; lra]).
  assert (Ha2 : a * Rabs (u - t) < r).
  { apply Rle_lt_trans with (r / (2 * Rabs (u - t)) * Rabs (u - t)); [apply Rmult_le_compat_r; [lra|apply Rmin_r]|].
    replace (r / (2 * Rabs (u - t)) * Rabs (u - t)) with (r / 2) by (field; lra). lra. }
  assert (Hh : a * (u - t) <> 0) by (apply Rmult_integral_contrapositive_currified; lra).
  specialize (H (a * (u - t)) Hh). rewrite Rabs_mult, (Rabs_right a) in H by lra. specialize (H Ha2).
  assert (C := Hc t u a ltac:(lra)). replace ((1 - a) * t + a * u) with (t + a * (u - t)) in C by ring.
  assert (Q : Rabs (f (t + a * (u - t)) - f t - d * (a * (u - t))) < e * (a * Rabs (u - t))).
  { replace (f (t + a * (u - t)) - f t - d * (a * (u - t)))
      with (((f (t + a * (u - t)) - f t) / (a * (u - t)) - d) * (a * (u - t))) by (field; lra).
    rewrite Rabs_mult, (Rabs_mult a), (Rabs_right a) by lra. apply Rmult_lt_compat_r; [nra|exact H]. }
  apply Rabs_def2 in Q. replace (e * (a * Rabs (u - t))) with (a * ((f t + d * (u - t) - f u) / 2)) in Q by (unfold e; field; lra). nra.
Qed.

(* the derivative of E along a line through a local minimum *)
Lemma local_min_derivative P E p d a : local_min P E p -> is_derive (fun t => E (line p d t)) 0 a -> a = 0.
Proof.
  intros [e [He H]] Hd. destruct (dir_bound P d) as [B [HB Hb]].
  assert (He' : 0 < e / B) by (apply Rdiv_lt_0_compat; assumption).
  apply is_derive_Reals in Hd. pose (pr := exist _ a Hd : derivable_pt (fun t => E (line p d t)) 0).
  change a with (derive_pt _ 0 pr). apply (deriv_minimum _ (- (e / B)) (e / B)); [lra|lra|].
  intros t H1 H2.
  assert (H0 : line p d 0 = p) by (apply FunctionalExtensionality.functional_extensionality; intros k; unfold line; ring).
  rewrite H0. apply H. rewrite <- H0 at 1. apply line_close with B; auto.
  rewrite Rminus_0_l, Rabs_Ropp. apply Rabs_le. lra.
Qed.

Section Wall.
Variables (m : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (s s1 : R -> R) (l l1 : nat -> R -> R).
Hypothesis s_derive : forall t, is_derive s t (s1 t).
Hypothesis l_derive : forall i t, is_derive (l i) t (l1 i t).
Hypothesis l_convex : forall i u v a, 0 <= a <= 1 -> l i ((1 - a) * u + a * v) <= (1 - a) * l i u + a * l i v.
Let sample : nat -> (nat -> R) -> R := fun i u => l i (u O).
Let P := npar 1 m false s 1 b.
Let E := risk 1 m false s 1 b N X sample.
Let x (i : nat) : R := X i O.
Definition weight (th : vec) (j : nat) : R := win 1 m th j O.
Definition slope (th : vec) (i : nat) : R := l1 i (out 1 m false s 1 b X th i O).

Lemma sample_local : local N 1 (samples N sample).
Proof. apply samples_local. intros i u v H. unfold sample. rewrite H by lia. reflexivity. Qed.
Lemma pre_scalar i w : pre 1 false (X i) w = x i * w O.
Proof. unfold pre, mulv, dim, inp, aug, x. simpl. ring. Qed.
Lemma out_scalar th i : out 1 m false s 1 b X th i O
  = sum m (fun j => vout 1 m false 1 th O j * s (x i * weight th j)) + (if b then vout 1 m false 1 th O m else 0).
Proof.
  unfold out. rewrite net_one by lia. f_equal. apply sum_ext. intros j _. rewrite pre_scalar. reflexivity.
Qed.
Lemma E_continuous th : continuous_at P E th.
Proof.
  apply (cont_sum P th N (fun i y => l i (out 1 m false s 1 b X y i O))). intros i _.
  apply (cont_comp P th (l i)).
  - apply derivable_continuous_pt. exists (l1 i (out 1 m false s 1 b X th i O)). apply is_derive_Reals, l_derive.
  - apply cont_net; [|unfold P, npar; lia|lia]. intros d b' s' [Heq|[]] u z. inversion Heq; subst.
    apply derivable_continuous_pt. exists (s1 z). apply is_derive_Reals, s_derive.
Qed.
Lemma subgradients th i : (i < N)%nat -> forall u, sample i (out 1 m false s 1 b X th i)
  + sum 1 (fun c => slope th i * (u c - out 1 m false s 1 b X th i c)) <= sample i u.
Proof.
  intros _ u. unfold sample, slope. simpl. rewrite Rplus_0_l. apply tangent; [apply l_convex|apply l_derive].
Qed.

(* the potential of the slopes and its derivative *)
Definition wphi (th : vec) (w : R) : R := sum N (fun i => slope th i * s (x i * w)).
Definition wphi1 (th : vec) (w : R) : R := sum N (fun i => slope th i * (x i * s1 (x i * w))).

(* E has the derivative 0 in every direction *)
Lemma stationary p (dw dv : nat -> R) : local_min P E p ->
  sum N (fun i => slope p i * (sum m (fun j => dv j * s (x i * weight p j)
    + vout 1 m false 1 p O j * (dw j * (x i * s1 (x i * weight p j)))) + (if b then dv m else 0))) = 0.
Proof.
  intros Hmin. set (d := assemble 1 m false 1 b (fun j _ => dw j) (fun _ j => dv j)).
  apply (local_min_derivative P E p d _ Hmin).
  assert (Hw : forall t j, (j < m)%nat -> weight (line p d t) j = weight p j + t * dw j).
  { intros t j Hj. unfold weight, win, line. f_equal. f_equal. apply (win_assemble 1 m false 1 b); [exact Hj|unfold dim; simpl; lia]. }
  assert (Hv : forall t j, (j < m + b2n b)%nat -> vout 1 m false 1 (line p d t) O j = vout 1 m false 1 p O j + t * dv j).
  { intros t j Hj. unfold vout, line. f_equal. f_equal. apply (vout_assemble 1 m false 1 b); [lia|exact Hj]. }
  pose (F := fun i t => sum m (fun j => (vout 1 m false 1 p O j + t * dv j) * s (x i * (weight p j + t * dw j)))
    + (if b then vout 1 m false 1 p O m + t * dv m else 0)).
  assert (HF : forall i t, out 1 m false s 1 b X (line p d t) i O = F i t).
  { intros i t. rewrite out_scalar. unfold F. f_equal.
    - apply sum_ext. intros j Hj. rewrite Hw, Hv by (try assumption; lia). reflexivity.
    - destruct b; [|reflexivity]. apply Hv. simpl. lia. }
  apply (is_derive_ext (fun t => sum N (fun i => l i (F i t)))).
  { intros t. symmetry. apply sum_ext. intros i _. unfold sample. rewrite <- HF. reflexivity. }
  apply (sum_derive N (fun i t => l i (F i t))). intros i _.
  assert (H0 : out 1 m false s 1 b X p i O = F i 0).
  { rewrite <- HF. f_equal. apply FunctionalExtensionality.functional_extensionality. intros k. unfold line. ring. }
  unfold slope. rewrite H0. evar_last.
  - apply (is_derive_comp (l i) (F i) 0 (l1 i (F i 0))
      (sum m (fun j => dv j * s (x i * weight p j) + vout 1 m false 1 p O j * (dw j * (x i * s1 (x i * weight p j))))
       + (if b then dv m else 0))); [apply l_derive|]. unfold F.
    apply (is_derive_plus (fun t => sum m (fun j => (vout 1 m false 1 p O j + t * dv j) * s (x i * (weight p j + t * dw j))))).
    + apply (sum_derive m (fun j t => (vout 1 m false 1 p O j + t * dv j) * s (x i * (weight p j + t * dw j)))). intros j _.
      auto_derive; [eexists; apply s_derive|].
      replace (Derive (fun y => s y) (x i * (weight p j + 0 * dw j))) with (s1 (x i * (weight p j + 0 * dw j)))
        by (symmetry; apply is_derive_unique, s_derive).
      rewrite !Rmult_0_l, !Rplus_0_r. ring.
    + destruct b; [|apply (is_derive_const 0)]. auto_derive; [exact I|ring].
  - unfold scal; simpl. unfold mult; simpl. ring.
Qed.

(* WALLS, the common part: a sub-optimal basin gives m different double zeros of a potential that is not identically zero
   (with an output bias, phi(0) = s(0) sum g = 0 too, and no double zero is at 0); none is at 0 if s(0) = 0, and none is opposite to
   another if s is odd. *)
Theorem wall_common (S : vec -> Prop) : basin P E S -> suboptimal E S -> exists p, S p /\
  (forall j k, (j < m)%nat -> (k < m)%nat -> weight p j = weight p k -> j = k) /\
  (forall j, (j < m)%nat -> wphi p (weight p j) = 0 /\ wphi1 p (weight p j) = 0) /\
  (b = true -> sum N (slope p) = 0 /\ forall j, (j < m)%nat -> weight p j <> 0) /\
  (s 0 = 0 -> forall j, (j < m)%nat -> weight p j <> 0) /\
  ((forall t, s (- t) = - s t) -> forall j k, (j < m)%nat -> (k < m)%nat -> weight p j <> - weight p k) /\
  exists t, wphi p t <> 0.
Proof.
  intros HB [u Hu].
  destruct (minimum_exists P S E) as [p [Sp Hmin]].
  { apply HB. } { apply HB. } { intros y _. apply continuous_at_on, E_continuous. }
  exists p. split; [exact Sp|].
  assert (Hloc := basin_minimiser_local_min P E S p HB Sp Hmin).
  assert (Hst := fun dw dv => stationary p dw dv Hloc).
  (* independent features, by 4.1 *)
  assert (Hfeat : forall a, (exists j, (j < m + b2n b)%nat /\ a j <> 0) ->
      ~ forall i, (i < N)%nat -> sum m (fun j => s (x i * weight p j) * a j) + (if b then a m else 0) = 0).
  { intros a Ha Hker. apply (rank_rule_output 1 (one m false s) 1 b N X (samples N sample) S p sample_local ltac:(lia));
      [|exact HB|exact Sp]. exists a. split; [exact Ha|]. intros i Hi. rewrite <- (Hker i Hi).
    change (sum (m + b2n b) (fun j => aug m (feat 1 (one m false s) p (X i)) j * a j)
      = sum m (fun j => s (x i * weight p j) * a j) + (if b then a m else 0)).
    remember (aug m (feat 1 (one m false s) p (X i))) as f eqn:Hf.
    assert (Hs : sum m (fun j => f j * a j) = sum m (fun j => s (x i * weight p j) * a j)).
    { apply sum_ext. intros j Hj. f_equal. rewrite Hf. unfold aug. destruct (Nat.ltb_spec j m); [|lia]. simpl. f_equal.
      rewrite <- (pre_scalar i (win 1 m p j) : _ = x i * weight p j). apply (dense_mulm 0 1 m false p (X i) j Hj). }
    destruct b; simpl.
    - rewrite Nat.add_1_r. simpl sum. rewrite Hs. f_equal. rewrite Hf. unfold aug. rewrite Nat.ltb_irrefl. ring.
    - rewrite Nat.add_0_r, Rplus_0_r. exact Hs. }
  assert (He : forall j (f : nat -> R), (j < m)%nat -> sum m (fun k => f k * e_ j k) = f j).
  { intros j f Hj. rewrite <- (sum_e m j f Hj). apply sum_ext. intros. ring. }
  assert (Hem : forall j, (j < m)%nat -> e_ j m = 0) by (intros j Hj; unfold e_; destruct (Nat.eqb_spec j m); [lia|reflexivity]).
  assert (Hejj : forall j, e_ j j = 1) by (intros j; unfold e_; rewrite Nat.eqb_refl; reflexivity).
  (* no output weight is 0: else the incoming weight moves freely *)
  assert (Hv : forall j, (j < m)%nat -> vout 1 m false 1 p O j <> 0).
  { intros j Hj Hz. set (d := assemble 1 m false 1 b (fun k _ => e_ j k) (fun _ _ => 0)).
    apply (line_rule P E S p d); [| |exact HB|exact Sp].
    - exists (didx 0 1 m O j). split; [apply (win_lt 1 m false s 1 b); [unfold dim; simpl; lia|exact Hj]|].
      change (win 1 m d j O <> 0). unfold d. rewrite (win_assemble 1 m false 1 b) by (try exact Hj; unfold dim; simpl; lia).
      rewrite Hejj. lra.
    - intros t. unfold E, risk, loss. apply sample_local. intros i c Hi Hc. replace c with O by lia.
      change (out 1 m false s 1 b X (line p d t) i O = out 1 m false s 1 b X p i O). rewrite !out_scalar.
      assert (Hvd : forall k, (k < m + b2n b)%nat -> vout 1 m false 1 (line p d t) O k = vout 1 m false 1 p O k).
      { intros k Hk. unfold vout, line. change (d (didx (off 1 m false) m 1 k 0)) with (vout 1 m false 1 d O k). unfold d.
        rewrite (vout_assemble 1 m false 1 b) by (try exact Hk; lia). ring. }
      f_equal.
      + apply sum_ext. intros k Hk. rewrite Hvd by lia. destruct (Nat.eq_dec k j) as [->|ne]; [rewrite Hz; ring|].
        do 3 f_equal. unfold weight, win, line. change (d (didx 0 1 m 0 k)) with (win 1 m d k O). unfold d.
        rewrite (win_assemble 1 m false 1 b) by (try exact Hk; unfold dim; simpl; lia). unfold e_.
        destruct (Nat.eqb_spec j k); [congruence|ring].
      + destruct b; [|reflexivity]. apply Hvd. simpl. lia. }
  assert (Hzero : s 0 = 0 -> forall j, (j < m)%nat -> weight p j <> 0).
  { intros Hs0 j Hj Hz. apply (Hfeat (e_ j)); [exists j; split; [lia|rewrite Hejj; lra]|]. intros i _.
    rewrite He, Hz, Rmult_0_r, Hs0 by exact Hj. destruct b; rewrite ?Hem by exact Hj; ring. }
  split; [|split; [|split; [|split; [exact Hzero|split]]]].
  - intros j k Hj Hk Hjk. destruct (Nat.eq_dec j k) as [|ne]; [assumption|exfalso].
    apply (Hfeat (fun i => e_ j i - e_ k i)).
    + exists j. split; [lia|]. rewrite Hejj. unfold e_. destruct (Nat.eqb_spec k j); [congruence|lra].
    + intros i _. rewrite (sum_ext m _ (fun k' => s (x i * weight p k') * e_ j k' - s (x i * weight p k') * e_ k k')) by (intros; ring).
      rewrite sum_minus, !He, Hjk by assumption. destruct b; rewrite ?Hem by assumption; ring.
  - intros j Hj. split.
    + rewrite <- (Hst (fun _ => 0) (e_ j)). apply sum_ext. intros i _. f_equal.
      rewrite (sum_ext m _ (fun k => s (x i * weight p k) * e_ j k)) by (intros; ring). rewrite He by exact Hj.
      destruct b; rewrite ?Hem by assumption; ring.
    + apply (Rmult_eq_reg_l (vout 1 m false 1 p O j)); [|apply Hv, Hj]. rewrite Rmult_0_r, <- (Hst (e_ j) (fun _ => 0)).
      unfold wphi1. rewrite <- sum_scal. apply sum_ext. intros i _.
      rewrite (sum_ext m _ (fun k => vout 1 m false 1 p O k * (x i * s1 (x i * weight p k)) * e_ j k)) by (intros; ring).
      rewrite He by exact Hj. destruct b; ring.
  - intros Hb. split.
    + rewrite <- (Hst (fun _ => 0) (e_ m)). apply sum_ext. intros i _. rewrite Hb, Hejj.
      rewrite sum_zero; [ring|]. intros k Hk. unfold e_. destruct (Nat.eqb_spec m k); [lia|ring].
    + intros j Hj Hz. apply (Hfeat (fun i => e_ j i - s 0 * e_ m i)).
      * exists j. split; [lia|]. rewrite Hejj. unfold e_. destruct (Nat.eqb_spec m j); [lia|lra].
      * intros i _. rewrite (sum_ext m _ (fun k => s (x i * weight p k) * e_ j k)).
        -- rewrite He, Hz, Rmult_0_r, Hb, (Hem j), Hejj by assumption. ring.
        -- intros k Hk. unfold e_ at 2. destruct (Nat.eqb_spec m k); [lia|ring].
  - intros Hodd j k Hj Hk Hjk.
    assert (Hs0 : s 0 = 0) by (generalize (Hodd 0); rewrite Ropp_0; lra).
    destruct (Nat.eq_dec j k) as [->|ne]; [apply (Hzero Hs0 k Hk); lra|].
    apply (Hfeat (fun i => e_ j i + e_ k i)).
    + exists j. split; [lia|]. rewrite Hejj. unfold e_. destruct (Nat.eqb_spec k j); [congruence|lra].
    + intros i _. rewrite (sum_ext m _ (fun k' => s (x i * weight p k') * e_ j k' + s (x i * weight p k') * e_ k k')) by (intros; ring).
      rewrite sum_plus, !He, Hjk, Ropp_mult_distr_r_reverse, Hodd by assumption. destruct b; rewrite ?Hem by assumption; ring.
  - destruct (classic (exists t, wphi p t <> 0)) as [|Hno]; [assumption|exfalso].
    assert (Hphi : forall t, wphi p t = 0).
    { intros t. destruct (Req_dec (wphi p t) 0) as [|ne]; [assumption|]. exfalso. apply Hno. exists t. exact ne. }
    assert (Hpot : forall c w, potential 1 false s N X (fun i _ => slope p i) c w = 0).
    { intros c w. rewrite <- (Hphi (w O)). apply sum_ext. intros i _. rewrite pre_scalar. reflexivity. }
    assert (Hfo := first_order 1 m false s 1 b N X sample p (fun i _ => slope p i) (subgradients p) u).
    simpl sum in Hfo. rewrite (sum_zero m) in Hfo by (intros; rewrite !Hpot; ring).
    assert (Hbias : (outbias 1 m false 1 b u 0 - outbias 1 m false 1 b p 0) * sum N (fun i => slope p i) = 0).
    { unfold outbias. destruct b eqn:Hb; [|ring].
      assert (Hs0 : sum N (slope p) = 0).
      { rewrite <- (Hst (fun _ => 0) (e_ m)). apply sum_ext. intros i _. rewrite Hejj.
        rewrite sum_zero; [ring|]. intros k Hk. unfold e_. destruct (Nat.eqb_spec m k); [lia|ring]. }
      change (sum N (fun i => slope p i)) with (sum N (slope p)). rewrite Hs0. ring. }
    generalize (Hu p Sp). fold E in Hfo. lra.
Qed.
End Wall.

(* equal exponents are collected: x_i = a (cls i) takes N' values where g_i is not 0 *)
Lemma moment_collect N N' g x a cls l t : (forall i, (i < N)%nat -> g i = 0 \/ (cls i < N')%nat /\ x i = a (cls i)) ->
  moment N g x l t = moment N' (fun k => sum N (fun i => e_ (cls i) k * g i)) a l t.
Proof.
  intros H. unfold moment. symmetry.
  rewrite (sum_ext N' _ (fun k => sum N (fun i => g i * (e_ (cls i) k * (a k ^ l * exp (a k * t)))))).
  - rewrite sum_swap. apply sum_ext. intros i Hi. destruct (H i Hi) as [H0|[Hc ->]].
    + rewrite H0, sum_zero by (intros; ring). ring.
    + rewrite sum_scal, sum_e by exact Hc. ring.
  - intros k _. rewrite Rmult_assoc, Rmult_comm, <- sum_scal. apply sum_ext. intros. ring.
Qed.

Lemma total_app zs zs' : total (zs ++ zs') = (total zs + total zs')%nat.
Proof. induction zs as [|z r IH]; simpl; [reflexivity|rewrite IH; lia]. Qed.
Lemma total_double (w : nat -> R) l : total (map (fun j => (w j, 2%nat)) l) = (2 * length l)%nat.
Proof. induction l as [|j r IH]; simpl; [reflexivity|rewrite IH; simpl; lia]. Qed.
Lemma distinct_NoDup (w : nat -> R) n : (forall j k, (j < n)%nat -> (k < n)%nat -> w j = w k -> j = k) -> NoDup (map w (seq 0 n)).
Proof.
  intros H.
  assert (Hl : forall l, NoDup l -> (forall j, In j l -> (j < n)%nat) -> NoDup (map w l)).
  { induction l as [|j r IH]; intros Hn Hlt; simpl; [constructor|]. inversion Hn as [|y l' Hy Hr]; subst. constructor.
    - intros Hin. apply in_map_iff in Hin. destruct Hin as [k [Hk Hkr]]. apply Hy.
      rewrite <- (H k j); [exact Hkr|apply Hlt; right; exact Hkr|apply Hlt; left; reflexivity|exact Hk].
    - apply IH; [exact Hr|]. intros k Hk. apply Hlt. right. exact Hk. }
  apply Hl; [apply seq_NoDup|]. intros j Hj. apply in_seq in Hj. lia.
Qed.

(* W2 (and 2.E for exp, "only if"): m exponential units, one input, no hidden bias, N samples with at most N' different inputs, any
   convex differentiable loss: no sub-optimal basin if 2m >= N', with an output bias if 2m >= N' - 1.
   `exactland.walls.theorems` lists it; no certificate uses it. *)
Theorem exponential_wall m b N N' X (a : nat -> R) (cls : nat -> nat) (l l1 : nat -> R -> R) :
  (forall i, (i < N)%nat -> (cls i < N')%nat /\ X i O = a (cls i)) ->
  (forall i t, is_derive (l i) t (l1 i t)) ->
  (forall i u v t, 0 <= t <= 1 -> l i ((1 - t) * u + t * v) <= (1 - t) * l i u + t * l i v) ->
  (N' <= 2 * m + b2n b)%nat ->
  let E := loss 1 (one m false exp) 1 b X (samples N (fun i u => l i (u O))) in
  forall S, basin (params 1 (one m false exp) 1 b) E S -> ~ suboptimal E S.
Proof.
  intros Hcls Hd Hc Hle E S HB Hsub.
  assert (He : forall t, is_derive exp t (exp t)) by (intros t; apply is_derive_Reals, derivable_pt_lim_exp).
  destruct (wall_common m b N X exp exp l l1 He Hd Hc S HB Hsub) as [p [_ [Hdist [Hz [Hb [_ [_ [t0 Ht0]]]]]]]].
  set (g := slope m b X exp l1 p) in *. set (w := weight m p) in *. set (x := fun i => X i O).
  assert (H0 : forall u, wphi m b N X exp l1 p u = moment N g x 0 u).
  { intros u. apply sum_ext. intros i _. unfold x. simpl. fold g. ring. }
  assert (H1 : forall u, wphi1 m b N X exp exp l1 p u = moment N g x 1 u).
  { intros u. apply sum_ext. intros i _. unfold x. simpl. fold g. ring. }
  set (c := fun k => sum N (fun i => e_ (cls i) k * g i)).
  assert (Hcol : forall l u, moment N g x l u = moment N' c a l u) by (intros k u; apply moment_collect; intros i Hi; right; apply Hcls, Hi).
  apply Ht0. rewrite H0, Hcol, moment_0.
  apply (expsum_zeros N' c a (map (fun j => (w j, 2%nat)) (seq 0 m) ++ (if b then [(0, 1%nat)] else []))).
  - rewrite map_app, map_map. simpl. destruct b; simpl.
    + destruct (Hb eq_refl) as [_ Hnz].
      apply (Permutation_NoDup (Permutation_cons_append (map w (seq 0 m)) 0)). constructor; [|apply distinct_NoDup, Hdist].
      intros Hin. apply in_map_iff in Hin. destruct Hin as [j [Hj Hjm]]. apply in_seq in Hjm. apply (Hnz j); [lia|exact Hj].
    + rewrite app_nil_r. apply distinct_NoDup, Hdist.
  - intros z Hin k Hk. apply in_app_or in Hin. destruct Hin as [Hin|Hin].
    + apply in_map_iff in Hin. destruct Hin as [j [<- Hj]]. apply in_seq in Hj. destruct (Hz j ltac:(lia)) as [Z0 Z1].
      simpl in Hk |- *. rewrite <- Hcol. destruct k as [|[|k]]; [rewrite <- H0; exact Z0|rewrite <- H1; exact Z1|lia].
    + destruct b; [|destruct Hin]. destruct Hin as [<-|[]]. simpl in Hk |- *. replace k with O by lia.
      destruct (Hb eq_refl) as [Hs _]. rewrite <- Hcol. transitivity (sum N g); [|exact Hs].
      apply sum_ext. intros i _. rewrite Rmult_0_r, exp_0. simpl. ring.
  - rewrite total_app, total_double, seq_length. destruct b; simpl in *; lia.
Qed.

(* ---------- erf and arctan units ---------- *)
(* phi' has a zero at each of the zeros of phi in the list, and one before each *)
Lemma interleave (f f1 : R -> R) : (forall t, is_derive f t (f1 t)) -> forall zs lo, f lo = 0 -> increasing zs ->
  (forall z, In z zs -> lo < fst z /\ f (fst z) = 0 /\ f1 (fst z) = 0) ->
  exists zs', increasing zs' /\ (forall z, In z zs' -> lo < fst z /\ f1 (fst z) = 0 /\ snd z = 1%nat) /\ total zs' = (2 * length zs)%nat.
Proof.
  intros Hd. induction zs as [|[t k] r IH]; intros lo Hlo Hi Hz.
  - exists []. split; [exact I|]. split; [intros z []|reflexivity].
  - destruct (Hz (t, k) (or_introl eq_refl)) as [Ht [Hft Hf1t]]. simpl in Ht, Hft, Hf1t. destruct Hi as [Hhead Hi].
    destruct (IH t Hft Hi) as [zs' [Hi' [Hz' Ht']]].
    { intros z Hin. destruct (Hz z (or_intror Hin)) as [_ H]. split; [apply (Hhead z Hin)|exact H]. }
    destruct (MVT_cor2 f f1 lo t Ht) as [u [Hu Hin]]; [intros; apply is_derive_Reals, Hd|].
    rewrite Hft, Hlo, Rminus_0_r in Hu. symmetry in Hu. apply Rmult_integral in Hu. destruct Hu as [Hu|Hu]; [|lra].
    exists ((u, 1%nat) :: (t, 1%nat) :: zs'). split; [|split].
    + split; [|split; [|exact Hi']].
      * intros y [<-|Hy]; [simpl; lra|]. generalize (proj1 (Hz' y Hy)). simpl. lra.
      * intros y Hy. apply (Hz' y Hy).
    + intros z [<-|[<-|Hin']]; simpl.
      * split; [lra|]. split; [exact Hu|reflexivity].
      * split; [lra|]. split; [exact Hf1t|reflexivity].
      * destruct (Hz' z Hin') as [H1 H2]. split; [lra|exact H2].
    + simpl. rewrite Ht'. lia.
Qed.
Lemma increasing_squares zs : increasing zs -> (forall z, In z zs -> 0 < fst z) ->
  increasing (map (fun z => (fst z * fst z, snd z)) zs).
Proof.
  induction zs as [|z r IH]; intros Hi Hp; [exact I|]. destruct Hi as [Hh Hi]. split.
  - intros y Hy. apply in_map_iff in Hy. destruct Hy as [y' [<- Hy]]. simpl.
    assert (H := Hh y' Hy). assert (H0 := Hp z (or_introl eq_refl)). nra.
  - apply IH; [exact Hi|]. intros y Hy. apply Hp. right. exact Hy.
Qed.
Lemma total_squares zs : total (map (fun z : R * nat => (fst z * fst z, snd z)) zs) = total zs.
Proof. induction zs as [|z r IH]; simpl; [reflexivity|rewrite IH; reflexivity]. Qed.

Lemma constant (f : R -> R) : (forall t, is_derive f t 0) -> forall t, f t = f 0.
Proof.
  intros Hd t. destruct (Rtotal_order t 0) as [Hlt|[->|Hlt]]; [|reflexivity|].
  - destruct (MVT_cor2 f (fun _ => 0) t 0 Hlt) as [u [Hu _]]; [intros; apply is_derive_Reals, Hd|]. lra.
  - destruct (MVT_cor2 f (fun _ => 0) 0 t Hlt) as [u [Hu _]]; [intros; apply is_derive_Reals, Hd|]. lra.
Qed.

(* The common part for odd units: m, one input, no hidden bias, N samples, any convex differentiable loss; phi' vanishes at 2m different
   positive places (Rolle).  So there is no sub-optimal basin if that makes phi' = 0 identically, whatever the slopes g are.  (An output
   bias, which the written statement does not treat, changes nothing.) *)
Theorem odd_wall m b N X (s s1 : R -> R) (l l1 : nat -> R -> R) :
  s 0 = 0 -> (forall t, is_derive s t (s1 t)) -> (forall t, s1 (- t) = s1 t) ->
  (forall i t, is_derive (l i) t (l1 i t)) ->
  (forall i u v t, 0 <= t <= 1 -> l i ((1 - t) * u + t * v) <= (1 - t) * l i u + t * l i v) ->
  (forall (g : nat -> R) zs, increasing zs -> (2 * m <= total zs)%nat ->
     (forall z, In z zs -> 0 < fst z /\ snd z = 1%nat /\ sum N (fun i => g i * (X i O * s1 (X i O * fst z))) = 0) ->
     forall t, sum N (fun i => g i * (X i O * s1 (X i O * t))) = 0) ->
  let E := loss 1 (one m false s) 1 b X (samples N (fun i u => l i (u O))) in
  forall S, basin (params 1 (one m false s) 1 b) E S -> ~ suboptimal E S.
Proof.
  intros Hs0 Hs Heven Hd Hc Hfew E S HB Hsub.
  assert (Hodd : forall t, s (- t) = - s t).
  { intros t. assert (H : s t + s (- t) = s 0 + s (- 0)).
    { apply (constant (fun t => s t + s (- t))). intros u. evar_last.
      - apply (is_derive_plus s (fun t => s (- t))); [apply Hs|].
        apply (is_derive_comp s Ropp u (s1 (- u)) (-1)); [apply Hs|]. auto_derive; [exact I|ring].
      - unfold plus, scal; simpl. unfold mult; simpl. rewrite Heven. ring. }
    rewrite Ropp_0, Hs0 in H. lra. }
  destruct (wall_common m b N X s s1 l l1 Hs Hd Hc S HB Hsub) as [p [_ [Hdist [Hz [_ [Hnz [Hopp [t0 Ht0]]]]]]]].
  specialize (Hnz Hs0). specialize (Hopp Hodd).
  set (f := wphi m b N X s l1 p) in *. set (f1 := wphi1 m b N X s s1 l1 p) in *.
  set (g := slope m b X s l1 p). set (w := weight m p) in *.
  assert (Hf : forall t, is_derive f t (f1 t)).
  { intros t. apply (sum_derive N (fun i t => g i * s (X i O * t)) (fun i => g i * (X i O * s1 (X i O * t)))).
    intros i _. evar_last.
    - apply (is_derive_scal (fun t => s (X i O * t))). apply (is_derive_comp s (fun t => X i O * t)); [apply Hs|].
      apply (is_derive_ext (fun t => X i O * t)); [reflexivity|]. auto_derive; [exact I|reflexivity].
    - unfold scal; simpl. unfold mult; simpl. ring. }
  assert (Hf0 : f 0 = 0).
  { apply sum_zero. intros i _. rewrite Rmult_0_r, Hs0. ring. }
  (* phi is odd: zeros at |w_j| *)
  assert (Hfodd : forall t, f (- t) = - f t).
  { intros t. transitivity (-1 * f t); [|ring]. unfold f, wphi. rewrite <- sum_scal.
    apply sum_ext. intros i _. rewrite Ropp_mult_distr_r_reverse, Hodd. ring. }
  assert (Hf1even : forall t, f1 (- t) = f1 t).
  { intros t. apply sum_ext. intros i _. rewrite Ropp_mult_distr_r_reverse, Heven. reflexivity. }
  assert (Habs : forall j, (j < m)%nat -> 0 < Rabs (w j) /\ f (Rabs (w j)) = 0 /\ f1 (Rabs (w j)) = 0).
  { intros j Hj. destruct (Hz j Hj) as [Z0 Z1]. split; [apply Rabs_pos_lt, Hnz, Hj|].
    destruct (Rcase_abs (w j)) as [Hn|Hp].
    - rewrite Rabs_left by exact Hn. split; [rewrite Hfodd, Z0; ring|rewrite Hf1even; exact Z1].
    - rewrite Rabs_right by exact Hp. split; assumption. }
  destruct (sort_zeros (map (fun j => (Rabs (w j), 1%nat)) (seq 0 m))) as [zs [Hperm Hinc]].
  { rewrite map_map. apply (distinct_NoDup (fun j => Rabs (w j)) m). intros j k Hj Hk Hjk.
    destruct (Rcase_abs (w j)) as [Hn|Hp], (Rcase_abs (w k)) as [Hn'|Hp'].
    - apply Hdist; auto. rewrite !Rabs_left in Hjk by assumption. lra.
    - exfalso. apply (Hopp j k Hj Hk). rewrite Rabs_left, Rabs_right in Hjk by assumption. lra.
    - exfalso. apply (Hopp j k Hj Hk). rewrite Rabs_right, Rabs_left in Hjk by assumption. lra.
    - apply Hdist; auto. rewrite !Rabs_right in Hjk by assumption. exact Hjk. }
  destruct (interleave f f1 Hf zs 0 Hf0 Hinc) as [zs' [Hi' [Hz' Ht']]].
  { intros z Hin. apply (Permutation_in _ (Permutation_sym Hperm)) in Hin. apply in_map_iff in Hin.
    destruct Hin as [j [<- Hj]]. apply in_seq in Hj. apply Habs. lia. }
  assert (Hlen : length zs = m) by (rewrite <- (Permutation_length Hperm), map_length, seq_length; reflexivity).
  apply Ht0. transitivity (f 0); [|exact Hf0]. apply constant. intros t.
  replace 0 with (f1 t); [apply Hf|]. apply (Hfew g zs' Hi'); [lia|].
  intros z Hin. destruct (Hz' z Hin) as [H1 [H2 H3]]. split; [exact H1|]. split; [exact H3|exact H2].
Qed.

(* W4 for erf: s(0) = 0 and s'(t) = C exp(-t^2) (erf is the one with C = 2 / sqrt(pi)); the inputs take at most N' different values of
   |x_i| > 0: no sub-optimal basin if 2m >= N'. *)
Theorem erf_wall m b N N' X (s : R -> R) C (a : nat -> R) (cls : nat -> nat) (l l1 : nat -> R -> R) :
  s 0 = 0 -> (forall t, is_derive s t (C * exp (- (t * t)))) ->
  (forall i, (i < N)%nat -> X i O = 0 \/ (cls i < N')%nat /\ Rabs (X i O) = a (cls i)) ->
  (forall i t, is_derive (l i) t (l1 i t)) ->
  (forall i u v t, 0 <= t <= 1 -> l i ((1 - t) * u + t * v) <= (1 - t) * l i u + t * l i v) ->
  (N' <= 2 * m)%nat ->
  let E := loss 1 (one m false s) 1 b X (samples N (fun i u => l i (u O))) in
  forall S, basin (params 1 (one m false s) 1 b) E S -> ~ suboptimal E S.
Proof.
  intros Hs0 Hs Hcls Hd Hc Hle.
  apply (odd_wall m b N X s (fun t => C * exp (- (t * t))) l l1 Hs0 Hs); [|exact Hd|exact Hc|].
  { intros t. replace (- t * - t) with (t * t) by ring. reflexivity. }
  intros g zs Hinc Htot Hz.
  set (gx := fun i => g i * X i O * C). set (ex := fun i => - (X i O * X i O)).
  assert (Hf1 : forall t, sum N (fun i => g i * (X i O * (C * exp (- ((X i O * t) * (X i O * t)))))) = moment N gx ex 0 (t * t)).
  { intros t. apply sum_ext. intros i _. unfold gx, ex.
    replace (- ((X i O * t) * (X i O * t))) with (- (X i O * X i O) * (t * t)) by ring. simpl. ring. }
  set (c := fun k => sum N (fun i => e_ (cls i) k * gx i)). set (a2 := fun k => - (a k * a k)).
  assert (Hcol : forall u, moment N gx ex 0 u = expsum N' c a2 u).
  { intros u. rewrite <- moment_0. apply moment_collect. intros i Hi. destruct (Hcls i Hi) as [H0|[Hk Hx]].
    - left. unfold gx. rewrite H0. ring.
    - right. split; [exact Hk|]. unfold ex, a2. rewrite <- Hx. f_equal. generalize (Rsqr_abs (X i O)). unfold Rsqr. tauto. }
  intros t. rewrite Hf1, Hcol. destruct N' as [|N'']; [reflexivity|].
  apply (expsum_zeros_increasing _ c a2 (map (fun z => (fst z * fst z, snd z)) zs)).
  - apply increasing_squares; [exact Hinc|]. intros z Hin. apply (Hz z Hin).
  - intros y Hin k Hk. apply in_map_iff in Hin. destruct Hin as [z [<- Hin]]. destruct (Hz z Hin) as [_ [H1 H2]].
    simpl in Hk |- *. replace k with O by lia. rewrite moment_0, <- Hcol, <- Hf1. exact H2.
  - rewrite total_squares. lia.
  - rewrite total_squares. lia.
Qed.

(* ---------- arctan units ---------- *)
(* sums of simple fractions sum_{k<n} c_k / (1 + b_k u), u >= 0, b_k > 0: n different zeros make them 0 *)
Definition fractions (n : nat) (c b : nat -> R) (u : R) : R := sum n (fun k => c k / (1 + b k * u)).
Lemma fractions_zeros n : forall c b us, (forall k, (k < n)%nat -> 0 < b k) -> NoDup us -> (n <= length us)%nat ->
  (forall u, In u us -> 0 <= u /\ fractions n c b u = 0) -> forall t, 0 <= t -> fractions n c b t = 0.
Proof.
  induction n as [|n IH]; intros c b us Hb Hnd Hlen Hz t Ht; [reflexivity|].
  assert (Hden : forall k u, (k < S n)%nat -> 0 <= u -> 0 < 1 + b k * u).
  { intros k u Hk Hu. generalize (Rmult_le_pos (b k) u (Rlt_le _ _ (Hb k Hk)) Hu). lra. }
  (* (1 + b_n u) phi(u) = A + sum_{k<n} d_k / (1 + b_k u) *)
  set (A := c n + sum n (fun k => c k * (b n / b k))). set (d := fun k => c k * (1 - b n / b k)).
  assert (Hmul : forall u, 0 <= u -> (1 + b n * u) * fractions (S n) c b u = A + fractions n d b u).
  { intros u Hu. unfold fractions, A. cbn [sum]. rewrite Rmult_plus_distr_l, <- sum_scal, Rplus_assoc, <- sum_plus, Rplus_comm. f_equal.
    - field. generalize (Hden n u ltac:(lia) Hu). lra.
    - apply sum_ext. intros k Hk. unfold d.
      assert (F1 := Hden k u ltac:(lia) Hu). assert (F2 := Hb k ltac:(lia)). field. split; lra. }
  destruct us as [|u0 us]; [simpl in Hlen; lia|]. inversion Hnd as [|y l' Hni Hnd']; subst.
  destruct (Hz u0 (or_introl eq_refl)) as [Hu0 H0].
  assert (HA0 : A + fractions n d b u0 = 0) by (rewrite <- Hmul, H0 by exact Hu0; ring).
  (* divide by u0 - u *)
  set (d' := fun k => d k * b k / (1 + b k * u0)).
  assert (Hdiv : forall u, 0 <= u -> A + fractions n d b u = (u0 - u) * fractions n d' b u).
  { intros u Hu. replace (A + fractions n d b u) with (fractions n d b u - fractions n d b u0) by lra.
    unfold fractions. rewrite <- sum_minus, <- sum_scal. apply sum_ext. intros k Hk. unfold d'.
    assert (F1 := Hden k u ltac:(lia) Hu). assert (F2 := Hden k u0 ltac:(lia) Hu0). field. split; lra. }
  assert (Hless : forall u, 0 <= u -> fractions n d' b u = 0).
  { apply (IH d' b us); [intros; apply Hb; lia|exact Hnd'|simpl in Hlen; lia|].
    intros u Hin. destruct (Hz u (or_intror Hin)) as [Hu Hzu]. split; [exact Hu|].
    assert (Hprod : (u0 - u) * fractions n d' b u = 0) by (rewrite <- Hdiv, <- Hmul, Hzu by exact Hu; ring).
    apply Rmult_integral in Hprod. destruct Hprod as [Hprod|Hprod]; [|exact Hprod].
    exfalso. apply Hni. replace u0 with u by lra. exact Hin. }
  assert (Hprod : (1 + b n * t) * fractions (S n) c b t = 0) by (rewrite Hmul, Hdiv, Hless by exact Ht; ring).
  apply Rmult_integral in Hprod. destruct Hprod as [Hprod|Hprod]; [|exact Hprod]. generalize (Hden n t ltac:(lia) Ht). lra.
Qed.
Lemma increasing_NoDup zs : increasing zs -> NoDup (map fst zs).
Proof.
  induction zs as [|z r IH]; intros Hi; simpl; [constructor|]. destruct Hi as [Hh Hi]. constructor; [|apply IH, Hi].
  intros Hin. apply in_map_iff in Hin. destruct Hin as [y [Hy Hin]]. generalize (Hh y Hin). lra.
Qed.
Lemma total_simple zs : (forall z, In z zs -> snd z = 1%nat) -> total zs = length zs.
Proof.
  induction zs as [|z r IH]; intros H; simpl; [reflexivity|]. rewrite (H z (or_introl eq_refl)), IH; [reflexivity|].
  intros y Hy. apply H. right. exact Hy.
Qed.

(* W4 for arctan: the inputs take at most N' different values of |x_i| > 0: no sub-optimal basin if 2m >= N'. *)
Theorem arctan_wall m b N N' X (a : nat -> R) (cls : nat -> nat) (l l1 : nat -> R -> R) :
  (forall k, (k < N')%nat -> 0 < a k) ->
  (forall i, (i < N)%nat -> X i O = 0 \/ (cls i < N')%nat /\ Rabs (X i O) = a (cls i)) ->
  (forall i t, is_derive (l i) t (l1 i t)) ->
  (forall i u v t, 0 <= t <= 1 -> l i ((1 - t) * u + t * v) <= (1 - t) * l i u + t * l i v) ->
  (N' <= 2 * m)%nat ->
  let E := loss 1 (one m false atan) 1 b X (samples N (fun i u => l i (u O))) in
  forall S, basin (params 1 (one m false atan) 1 b) E S -> ~ suboptimal E S.
Proof.
  intros Ha Hcls Hd Hc Hle.
  apply (odd_wall m b N X atan (fun t => / (1 + t * t)) l l1); [apply atan_0| | |exact Hd|exact Hc|].
  { intros t. apply is_derive_Reals. replace (t * t) with (t ^ 2) by ring. apply derivable_pt_lim_atan. }
  { intros t. replace (- t * - t) with (t * t) by ring. reflexivity. }
  intros g zs Hinc Htot Hz.
  set (b2 := fun k => a k * a k). set (c := fun k => sum N (fun i => e_ (cls i) k * (g i * X i O))).
  assert (Hf1 : forall t, sum N (fun i => g i * (X i O * / (1 + X i O * t * (X i O * t)))) = fractions N' c b2 (t * t)).
  { intros t. unfold fractions, c. symmetry.
    rewrite (sum_ext N' _ (fun k => sum N (fun i => g i * X i O * (e_ (cls i) k * / (1 + b2 k * (t * t)))))).
    - rewrite sum_swap. apply sum_ext. intros i Hi. destruct (Hcls i Hi) as [H0|[Hk Hx]].
      + rewrite H0, sum_zero by (intros; ring). ring.
      + rewrite sum_scal, (sum_e N' (cls i) (fun k => / (1 + b2 k * (t * t))) Hk). unfold b2. rewrite <- Hx.
        replace (Rabs (X i O) * Rabs (X i O)) with (X i O * X i O) by (generalize (Rsqr_abs (X i O)); unfold Rsqr; tauto).
        replace (X i O * t * (X i O * t)) with (X i O * X i O * (t * t)) by ring. ring.
    - intros k _. unfold Rdiv. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros. ring. }
  intros t. rewrite Hf1.
  apply (fractions_zeros N' c b2 (map fst (map (fun z : R * nat => (fst z * fst z, snd z)) zs))).
  - intros k Hk. unfold b2. generalize (Ha k Hk). nra.
  - apply increasing_NoDup, increasing_squares; [exact Hinc|]. intros z Hin. apply (Hz z Hin).
  - rewrite !map_length, <- (total_simple zs) by (intros z Hin; apply (Hz z Hin)). lia.
  - intros u Hin. rewrite map_map in Hin. apply in_map_iff in Hin. destruct Hin as [z [<- Hin]]. simpl.
    destruct (Hz z Hin) as [H1 [_ H2]]. split; [nra|]. rewrite <- Hf1. exact H2.
  - nra.
Qed.
