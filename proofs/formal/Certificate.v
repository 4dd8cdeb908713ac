(* Certificates of strict local minima of networks: rules 3.1, 3.2 and claim for losses of networks of any depth, with the formulas of
   Derivatives.v. What is left to show for a concrete network is a finite list of inequalities between explicit expressions over a box; the
   tactics at the end bring them into the form that the interval tactic takes. *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum Derivatives.
Import ListNotations.
Open Scope R_scope.

Section Certificate.
Variables (n : nat) (ls : list dlayer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (T : nat -> tree).
Let P := params n (plain ls) q b.
Let J := jloss n ls q b N X T.
Let E := tree_loss n ls q b N X T.

Lemma tree_ext t : outputs_below q t -> forall f f', (forall c, (c < q)%nat -> f c = f' c) -> eval t f = eval t f'.
Proof.
  induction t as [c|K g IH|s s1 s2 a IH]; simpl; intros Ho f f' H.
  - apply H, Ho.
  - apply sum_ext. intros k Hk. apply IH; [apply Ho, Hk|exact H].
  - rewrite (IH Ho f f' H). reflexivity.
Qed.
Lemma tree_loss_ext : (forall i, (i < N)%nat -> outputs_below q (T i)) ->
  forall x y, (forall k, (k < P)%nat -> x k = y k) -> E x = E y.
Proof.
  intros Ho x y Hxy. apply sum_ext. intros i Hi. apply (tree_ext _ (Ho i Hi)). intros c Hc. apply net_ext; assumption.
Qed.

Variables (c : vec) (rho lambda gamma mu : R) (Rm : nat -> nat -> R).
Hypothesis rho_pos : 0 < rho.
Hypothesis lambda_pos : 0 < lambda.
Hypothesis gamma_pos : 0 <= gamma.
Hypothesis mu_pos : 0 < mu.
Hypothesis small : gamma < lambda * rho.
Hypothesis smooth : forall z, box P c rho z -> regular_loss twice n ls q b N X T z.
Hypothesis rows : forall z, box P c rho z -> forall a, (a < P)%nat -> mu <= margin P (congruent P Rm (hess J z)) a.
Hypothesis norm : lambda * frobenius2 P Rm <= mu.
Hypothesis slope : n2 P (grad J c) <= gamma ^ 2.

(* RULE 3.1 for a network (kernel: strict_minimum, differentiate): any depth, any activations with two derivatives over the box, any loss made
   of sums and functions of one variable. *)
Theorem certificate : exists th, strict_minimum_near P E (grad J) c rho lambda gamma th.
Proof.
  assert (HJ : forall z, box P c rho z -> derived P J z) by (intros z Hz; apply derived_loss; [apply le_n|apply smooth, Hz]).
  assert (Hseg := derived_segments P J c rho (fun z Hz => HJ z (ball_box P c rho z (Rlt_le _ _ rho_pos) Hz))).
  destruct Hseg as [D1 D2].
  apply rule31_preconditioned with (M := hess J) (Rm := Rm) (mu := mu); try assumption.
  - intros x y Hx Hy t Ht. eapply limit_ext; [| |exact (D1 x y Hx Hy t Ht)]; [intros s; apply value_jloss|reflexivity].
  - intros z Hz i j _ _. destruct (HJ z Hz) as [_ [_ Hsym]]. apply Hsym.
Qed.

Variables (c' u : vec) (delta gap : R).
Hypothesis gap_pos : 0 < gap.
Hypothesis near : gamma / lambda <= delta.
Hypothesis moved : n2 P (sub c c') <= (delta - gamma / lambda) ^ 2.
Hypothesis lower : value (J u) + gap <= value (J c) - gamma ^ 2 / (2 * lambda).

(* RULES 3.1, 3.2 and CLAIM for a network (kernel: strict_minimum, sub_optimal, conclude): within delta of c' there is a strict local minimum, a
   basin as a single point, and the loss at u is lower by gap at least. *)
Theorem bad_minimum_certificate : exists th,
  n2 P (sub th c') <= delta ^ 2 /\ strict_min P E th /\ E u <= E th - gap /\ basin P E (point P th) /\ suboptimal E (point P th).
Proof.
  destruct certificate as [th Hth]. exists th. unfold J in lower. rewrite !value_jloss in lower.
  destruct (claim31 P E (grad J) c rho lambda gamma th c' delta u gap) as [Hd [Hs Hu]]; try assumption.
  repeat (split; [assumption|]). apply rule32_strict with (u := u) (gap := gap); try assumption.
  apply tree_loss_ext. intros i Hi. apply (smooth c); [|exact Hi].
  intros k _. rewrite Rminus_diag_eq by reflexivity. rewrite Rabs_R0. lra.
Qed.
End Certificate.

(* the same for half the squared error, with E spelled out *)
Theorem bad_minimum_certificate_hse n ls q b N X Y c rho lambda gamma mu Rm c' u delta gap :
  let P := params n (plain ls) q b in
  let J := jloss n ls q b N X (fun i => hse_tree q (Y i)) in
  let E := loss n (plain ls) q b X (samples N (fun i => hse q (Y i))) in
  0 < rho -> 0 < lambda -> 0 <= gamma -> 0 < mu -> gamma < lambda * rho ->
  (forall z, box P c rho z -> forall i, (i < N)%nat -> regular twice n ls z (X i)) ->
  (forall z, box P c rho z -> forall a, (a < P)%nat -> mu <= margin P (congruent P Rm (hess J z)) a) ->
  lambda * frobenius2 P Rm <= mu -> n2 P (grad J c) <= gamma ^ 2 ->
  0 < gap -> gamma / lambda <= delta -> n2 P (sub c c') <= (delta - gamma / lambda) ^ 2 ->
  value (J u) + gap <= value (J c) - gamma ^ 2 / (2 * lambda) ->
  exists th, n2 P (sub th c') <= delta ^ 2 /\ strict_min P E th /\ E u <= E th - gap /\ basin P E (point P th) /\ suboptimal E (point P th).
Proof.
  intros P J E Hrho Hl Hg Hmu Hs Hreg Hrows Hn Hgr Hgap Hd Hm Hu. unfold E. rewrite <- tree_loss_hse.
  apply bad_minimum_certificate with (c := c) (rho := rho) (lambda := lambda) (gamma := gamma) (mu := mu) (Rm := Rm); try assumption.
  intros z Hz. apply regular_loss_hse; [intros s s1 s2 t Ht; apply Ht|apply Hreg, Hz].
Qed.

(* ---------- from statements over indices to finitely many inequalities ---------- *)
Fixpoint all_below (n : nat) (Q : nat -> Prop) : Prop := match n with O => True | S k => all_below k Q /\ Q k end.
Lemma all_below_all n Q : all_below n Q -> forall k, (k < n)%nat -> Q k.
Proof.
  induction n as [|n IH]; simpl; intros H k Hk; [lia|]. destruct (Nat.eq_dec k n) as [->|]; [apply H|apply IH; [apply H|lia]].
Qed.
Lemma all_below_pairs m n (Q : nat -> nat -> Prop) : all_below m (fun i => all_below n (Q i)) ->
  forall i j, (i < m)%nat -> (j < n)%nat -> Q i j.
Proof. intros H i j Hi Hj. apply (all_below_all n (Q i)); [apply (all_below_all m (fun k => all_below n (Q k)) H i Hi)|exact Hj]. Qed.
(* the lower triangle *)
Lemma all_below_triangle m (Q : nat -> nat -> Prop) : all_below m (fun i => all_below (S i) (Q i)) ->
  forall i j, (i < m)%nat -> (j <= i)%nat -> Q i j.
Proof.
  intros H i j Hi Hj. apply (all_below_all (S i) (Q i)); [apply (all_below_all m (fun k => all_below (S k) (Q k)) H i Hi)|lia].
Qed.
Lemma box_below P c rho z : box P c rho z -> all_below P (fun k => c k - rho <= z k <= c k + rho).
Proof.
  intros H. assert (H' : forall k, (k < P)%nat -> c k - rho <= z k <= c k + rho).
  { intros k Hk. specialize (H k Hk). generalize (Rle_abs (z k - c k)) (Rle_abs (- (z k - c k))). rewrite Rabs_Ropp. lra. }
  clear H. induction P as [|m IH]; simpl; [trivial|]. split; [apply IH; intros; apply H'; lia|apply H'; lia].
Qed.

(* compute the entries of jets for a concrete network: what is left are explicit expressions in the coordinates of the parameters *)
Ltac compute_jets := cbv beta iota zeta delta [
  all_below margin congruent frobenius2 n2 dot sub sum
  grad hess val eadd escale emul value gradient hessian jconst jcoord jadd jmul jcomp jsum
  jdense jfeat jnet eval jeval jloss hse_tree exps linear log_of log1_of both cross_entropy_tree multinomial_tree logistic_tree
  plain width size dsize params b2n map fst snd
  Nat.eqb Nat.add Nat.mul Nat.sub Nat.ltb Nat.leb nth].
