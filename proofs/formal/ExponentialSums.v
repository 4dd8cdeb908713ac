(* Real exponential sums  phi(t) = sum_{i<N} c_i exp(a_i t)  have few zeros (THEOREMS.md, W2; mathematics.md, 2.E).

   Modelling.  A list of zeros is a list of pairs (t, k): t is a zero of multiplicity at least k, that is, phi and its first k - 1
   derivatives vanish at t (`Derive_n_expsum` says that `moment l` is the l-th derivative).  The t of a list are different
   (`NoDup`), and its zeros are counted with multiplicity by `total`. *)
Require Import Reals Lra Lia PeanoNat List Bool Permutation.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums.
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
