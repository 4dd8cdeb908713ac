(* Rule 4.1h, positively homogeneous units: no basin anywhere.

   s is positively homogeneous of degree p > 0 if s (a z) = a^p s z for all z and all a > 0; a^p is Rpower a p. One unit of one hidden layer with such an
   activation is enough; the other units may have any activations. The written rule asks it of a layer, which has at least one unit. Losses need not be
   convex. The curve of the written proof, (a w, v / a^p) for a > 0, is written with a = exp t, t real. That the unit is followed by something (an output, or
   a unit of the next hidden layer: 0 < next_width) is part of every network of docs/reference/format.md. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule.
Import ListNotations.
Open Scope R_scope.

Definition homogeneous (p : R) (s : R -> R) : Prop := forall a z, 0 < a -> s (a * z) = Rpower a p * s z.

(* relu, for example *)
Example relu_homogeneous : homogeneous 1 (fun z => Rmax 0 z).
Proof.
  intros a z Ha. rewrite Rpower_1 by exact Ha. unfold Rmax.
  destruct (Rle_dec 0 (a * z)), (Rle_dec 0 z); nra.
Qed.

(* what the layers after unit u see: its value times its outgoing weights *)
Lemma net_first_layer d l2 q bo x y f f' :
  (forall c j, (c < next_width l2 q)%nat -> (j < d)%nat -> f j * x (c * d + j)%nat = f' j * y (c * d + j)%nat) ->
  (forall k, (next_width l2 q * d <= k)%nat -> (k < params d l2 q bo)%nat -> x k = y k) ->
  forall c, (c < q)%nat -> net d l2 q bo x f c = net d l2 q bo y f' c.
Proof.
  unfold net, params. intros Hf Hxy c Hc. destruct l2 as [|[[d2 b2] s2] r]; simpl in *.
  - unfold dense, shift. simpl. f_equal; [apply sum_ext; intros j Hj; apply Hf; assumption|].
    unfold dsize in Hxy. destruct bo; [|reflexivity]. apply Hxy; simpl; lia.
  - rewrite <- !shift_shift.
    set (h := fun (w : vec) (g : nat -> R) u => s2 u (dense d d2 b2 w g u)).
    assert (Hh : forall u, (u < d2)%nat -> h x f u = h y f' u).
    { intros u Hu. unfold h, dense. f_equal. f_equal; [apply sum_ext; intros j Hj; apply Hf; assumption|].
      unfold dsize in Hxy. destruct b2; [|reflexivity]. apply Hxy; simpl; lia. }
    assert (Hs : forall k, (k < params d2 r q bo)%nat -> shift (dsize d d2 b2) x k = shift (dsize d d2 b2) y k).
    { unfold params. intros k Hk. unfold shift. apply Hxy; unfold dsize in *; lia. }
    unfold params in Hs. apply dense_ext; [exact Hc| |].
    + intros k Hk. unfold shift at 1 3. apply Hs. lia.
    + apply feat_ext; [|exact Hh]. intros k Hk. apply Hs. lia.
Qed.

Section Unit.
Variables (n : nat) (l1 : list layer) (d : nat) (b : bool) (s : nat -> R -> R) (l2 : list layer)
  (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R) (p : R) (u : nat).
Hypothesis L_local : local N q L.
Hypothesis u_lt : (u < d)%nat.
Hypothesis p_pos : 0 < p.
Hypothesis s_hom : homogeneous p (s u).
Hypothesis next_pos : (0 < next_width l2 q)%nat.
Let ls := l1 ++ (d, b, s) :: l2.
Let P := params n ls q bo.
Let E := loss n ls q bo X L.
Let m := width n l1.
Let off := size n l1.
Let off2 := (off + dsize m d b)%nat.

(* coordinates of the unit's incoming weights, its bias last, and of its outgoing weights *)
Definition is_incoming (k : nat) : bool := existsb (fun j => (k =? didx off m d j u)%nat) (seq 0 (m + b2n b)).
Definition is_outgoing (k : nat) : bool := existsb (fun c => (k =? off2 + (c * d + u))%nat) (seq 0 (next_width l2 q)).
(* incoming weights times a, outgoing weights times e *)
Definition rescaled (th : vec) (a e : R) : vec := fun k => if is_incoming k then a * th k else if is_outgoing k then e * th k else th k.

Lemma P_split : P = (off2 + params d l2 q bo)%nat.
Proof. unfold P, params, ls. rewrite size_app, width_app. simpl. fold m off. unfold off2. lia. Qed.
Lemma incoming_spec k : is_incoming k = true <-> exists j, (j < m + b2n b)%nat /\ k = didx off m d j u.
Proof.
  unfold is_incoming. rewrite existsb_exists. split; intros [j [Hj e]]; exists j.
  - apply in_seq in Hj. apply Nat.eqb_eq in e. split; [lia|exact e].
  - split; [apply in_seq; lia|apply Nat.eqb_eq, e].
Qed.
Lemma outgoing_spec k : is_outgoing k = true <-> exists c, (c < next_width l2 q)%nat /\ k = (off2 + (c * d + u))%nat.
Proof.
  unfold is_outgoing. rewrite existsb_exists. split; intros [c [Hc e]]; exists c.
  - apply in_seq in Hc. apply Nat.eqb_eq in e. split; [lia|exact e].
  - split; [apply in_seq; lia|apply Nat.eqb_eq, e].
Qed.
Lemma incoming_lt k : is_incoming k = true -> (off <= k < off2)%nat.
Proof. intros H. apply incoming_spec in H. destruct H as [j [Hj ->]]. split; [apply didx_ge|apply didx_lt'; assumption]. Qed.
Lemma outgoing_ge k : is_outgoing k = true -> (off2 <= k)%nat.
Proof. intros H. apply outgoing_spec in H. destruct H as [c [_ ->]]. lia. Qed.
Lemma next_params : (next_width l2 q * d <= params d l2 q bo)%nat.
Proof. unfold params. destruct l2 as [|[[d2 b2] s2] r]; simpl; unfold dsize; lia. Qed.
Lemma outgoing_lt c : (c < next_width l2 q)%nat -> (off2 + (c * d + u) < P)%nat.
Proof. intros Hc. rewrite P_split. generalize next_params. assert (c * d + d <= next_width l2 q * d)%nat by nia. lia. Qed.

Lemma rescaled_before th a e k : (k < off)%nat -> rescaled th a e k = th k.
Proof.
  intros Hk. unfold rescaled. destruct (is_incoming k) eqn:Hi; [apply incoming_lt in Hi; lia|].
  destruct (is_outgoing k) eqn:Ho; [|reflexivity]. apply outgoing_ge in Ho. unfold off2 in Ho. lia.
Qed.
Lemma rescaled_incoming th a e j : (j < m + b2n b)%nat -> rescaled th a e (didx off m d j u) = a * th (didx off m d j u).
Proof. intros Hj. unfold rescaled. replace (is_incoming _) with true; [reflexivity|]. symmetry. apply incoming_spec. exists j. auto. Qed.
Lemma rescaled_other_unit th a e j u' : (j < m + b2n b)%nat -> (u' < d)%nat -> u' <> u -> rescaled th a e (didx off m d j u') = th (didx off m d j u').
Proof.
  intros Hj Hu' ne. unfold rescaled. destruct (is_incoming _) eqn:Hi.
  - apply incoming_spec in Hi. destruct Hi as [j' [Hj' e']]. destruct (didx_inj off m d b j u' j' u Hj Hu' Hj' u_lt e'). contradiction.
  - destruct (is_outgoing _) eqn:Ho; [|reflexivity]. apply outgoing_ge in Ho.
    generalize (didx_lt' off m d b j u' Hj Hu'). fold off2. lia.
Qed.
Lemma rescaled_after th a e k : (off2 <= k)%nat -> rescaled th a e k = if is_outgoing k then e * th k else th k.
Proof. intros Hk. unfold rescaled. destruct (is_incoming k) eqn:Hi; [apply incoming_lt in Hi; lia|reflexivity]. Qed.

(* the unit's value at every sample times e is its value before: nothing changes *)
Lemma rescaled_loss th a e : (forall i, (i < N)%nat -> let z := dense m d b (shift off th) (feat n l1 th (X i)) u in e * s u (a * z) = s u z) ->
  E (rescaled th a e) = E th.
Proof.
  intros Hz. apply L_local. intros i c Hi Hc. specialize (Hz i Hi). cbv zeta in Hz.
  set (f := feat n l1 th (X i)) in *.
  assert (Hnet : forall w g, (forall j, (j < m)%nat -> feat n l1 w (X i) j = g j) ->
     net n ls q bo w (X i) c = net d l2 q bo (shift off2 w) (fun u' => s u' (dense m d b (shift off w) g u')) c).
  { intros w g Hg. unfold net, ls. rewrite feat_app, width_app, size_app. simpl. fold m off. rewrite !shift_shift.
    rewrite Nat.add_assoc. fold off2. apply dense_ext; [exact Hc|reflexivity|]. apply feat_ext; [reflexivity|].
    intros u' Hu'. f_equal. apply dense_ext; [exact Hu'|reflexivity|exact Hg]. }
  rewrite (Hnet _ f), (Hnet th f); [|reflexivity|].
  2:{ intros j Hj. apply feat_ext; [|reflexivity|exact Hj]. intros k Hk. apply rescaled_before, Hk. }
  apply net_first_layer; [| |exact Hc].
  - intros c' j Hc' Hj. unfold shift at 2 4. rewrite rescaled_after by lia.
    destruct (Nat.eq_dec j u) as [->|ne].
    + replace (is_outgoing _) with true by (symmetry; apply outgoing_spec; exists c'; auto).
      replace (dense m d b (shift off (rescaled th a e)) f u) with (a * dense m d b (shift off th) f u); [rewrite <- Hz; ring|].
      rewrite !dense_mulm by exact u_lt. unfold mulv. rewrite <- sum_scal. apply sum_ext. intros j Hj'.
      unfold block. rewrite rescaled_incoming by exact Hj'. ring.
    + replace (is_outgoing _) with false.
      * f_equal. f_equal. rewrite !dense_mulm by exact Hj. apply sum_ext. intros j' Hj'.
        unfold block. rewrite rescaled_other_unit by assumption. reflexivity.
      * symmetry. destruct (is_outgoing _) eqn:Ho; [|reflexivity]. apply outgoing_spec in Ho. destruct Ho as [c2 [_ e2]].
        exfalso. apply ne. assert (e3 : (c' * d + j = c2 * d + u)%nat) by lia.
        destruct (Nat.lt_trichotomy c' c2) as [Hlt|[->|Hgt]]; [|lia|].
        -- assert (c' * d + d <= c2 * d)%nat by nia. lia.
        -- assert (c2 * d + d <= c' * d)%nat by nia. lia.
  - intros k Hk _. unfold shift. rewrite rescaled_after by lia. destruct (is_outgoing _) eqn:Ho; [|reflexivity].
    apply outgoing_spec in Ho. destruct Ho as [c2 [Hc2 e2]]. assert (c2 * d + d <= next_width l2 q * d)%nat by nia. lia.
Qed.

(* the curve (a w, v / a^p), a = exp t *)
Definition scaling_curve (th : vec) (t : R) : vec := rescaled th (exp t) (exp (- (p * t))).
Lemma scaling_curve_loss th t : E (scaling_curve th t) = E th.
Proof.
  apply rescaled_loss. intros i Hi z. rewrite s_hom by apply exp_pos. unfold Rpower. rewrite ln_exp, <- Rmult_assoc, <- exp_plus.
  replace (- (p * t) + p * t) with 0 by ring. rewrite exp_0. ring.
Qed.
Lemma exp_linear_continuity r : continuity (fun t => exp (r * t)).
Proof.
  apply (continuity_comp (fun t => r * t) exp); [|apply derivable_continuous, derivable_exp].
  apply (continuity_scal id r), derivable_continuous, derivable_id.
Qed.
Lemma scaling_curve_continuous th T : curve P (fun t => scaling_curve th (T * t)).
Proof.
  apply curve_coordinates. intros k _. unfold scaling_curve, rescaled.
  assert (Hc : continuity (fun _ : R => th k)) by (apply continuity_const; intros x y; reflexivity).
  destruct (is_incoming k); [apply (continuity_mult (fun t => exp (T * t)) (fun _ => th k)); [apply exp_linear_continuity|exact Hc]|].
  destruct (is_outgoing k); [|exact Hc].
  apply (continuity_mult (fun t => exp (- (p * (T * t)))) (fun _ => th k)); [|exact Hc].
  replace (fun t => exp (- (p * (T * t)))) with (fun t => exp (- (p * T) * t)); [apply exp_linear_continuity|].
  apply functional_extensionality. intros t. f_equal. ring.
Qed.
Lemma scaling_curve_start th : scaling_curve th 0 = th.
Proof.
  apply functional_extensionality. intros k. unfold scaling_curve, rescaled. rewrite Rmult_0_r, Ropp_0, exp_0, Rmult_1_l.
  destruct (is_incoming k), (is_outgoing k); reflexivity.
Qed.
Lemma exp_large M r : r <> 0 -> exists t, 0 < t /\ M < Rabs (exp t * r).
Proof.
  intros Hr. assert (Hp : 0 < Rabs r) by (apply Rabs_pos_lt, Hr).
  exists (Rabs M / Rabs r + 1). assert (0 <= Rabs M / Rabs r).
  { apply Rmult_le_pos; [apply Rabs_pos|left; apply Rinv_0_lt_compat, Hp]. }
  split; [lra|]. rewrite Rabs_mult, (Rabs_pos_eq (exp _)) by (left; apply exp_pos).
  apply Rle_lt_trans with (Rabs M / Rabs r * Rabs r).
  - replace (Rabs M / Rabs r * Rabs r) with (Rabs M) by (field; lra). apply Rle_abs.
  - apply Rmult_lt_compat_r; [exact Hp|]. eapply Rlt_trans; [|apply exp_ineq1; lra]. lra.
Qed.

(* Rule 4.1h at a point: th lies in no basin and is no strict minimum. *)
Theorem homogeneous_rule th : in_no_basin P E th.
Proof.
  assert (Hr : reads P E) by (apply loss_reads with N, L_local).
  assert (Hcurve : forall k T0, (k < P)%nat -> (forall M, exists T, M < Rabs (scaling_curve th (T0 * T) k)) -> in_no_basin P E th).
  { intros k T0 Hk Hfar. apply not_in_basin_not_strict; [exact Hr|]. intros S. apply far_curves. intros M.
    destruct (Hfar M) as [T HT]. exists (fun t => scaling_curve th (T0 * T * t)). split; [apply scaling_curve_continuous|].
    split; [intros j _; rewrite Rmult_0_r, scaling_curve_start; reflexivity|].
    split; [intros t _; rewrite scaling_curve_loss; lra|]. exists k. split; [exact Hk|]. rewrite Rmult_1_r. exact HT. }
  destruct (pivot (m + b2n b) (fun j => th (didx off m d j u))) as [[j [Hj Hw]]|Hw].
  - (* w is not zero: t to infinity *)
    apply (Hcurve (didx off m d j u) 1).
    + rewrite P_split. generalize (didx_lt' off m d b j u Hj u_lt). fold off2. lia.
    + intros M. destruct (exp_large M _ Hw) as [t [_ Ht]]. exists t. rewrite Rmult_1_l. unfold scaling_curve.
      rewrite rescaled_incoming by exact Hj. exact Ht.
  - destruct (pivot (next_width l2 q) (fun c => th (off2 + (c * d + u))%nat)) as [[c [Hc Hv]]|Hv].
    + (* v is not zero: t to minus infinity *)
      apply (Hcurve (off2 + (c * d + u))%nat (- / p)); [apply outgoing_lt, Hc|].
      intros M. destruct (exp_large M _ Hv) as [t [_ Ht]]. exists t. unfold scaling_curve. rewrite rescaled_after by lia.
      replace (is_outgoing _) with true by (symmetry; apply outgoing_spec; exists c; auto).
      replace (- (p * (- / p * t))) with t by (field; lra). exact Ht.
    + (* both are zero: s 0 = 0, and v is free *)
      assert (Hs0 : s u 0 = 0).
      { assert (H2 := s_hom 2 0 ltac:(lra)). rewrite Rmult_0_r in H2.
        assert (1 < Rpower 2 p) by (rewrite <- (Rpower_O 2) by lra; apply Rpower_lt; lra). nra. }
      apply line_in_no_basin with (d := fun k => if (k =? off2 + (0 * d + u))%nat then 1 else 0); [exact Hr| |].
      * exists (off2 + (0 * d + u))%nat. rewrite Nat.eqb_refl. split; [apply outgoing_lt, next_pos|lra].
      * intros t. set (th' := line th _ t).
        assert (Hsame : forall k, k <> (off2 + (0 * d + u))%nat -> th' k = th k).
        { intros k Hk. unfold th', line. destruct (Nat.eqb_spec k (off2 + (0 * d + u))); [contradiction|ring]. }
        (* both points, with the outgoing weights times 0, are the same *)
        assert (Hzero : forall i w, (forall k, (k < off2)%nat -> w k = th k) -> dense m d b (shift off w) (feat n l1 w (X i)) u = 0).
        { intros i w Hw'. rewrite dense_mulm by exact u_lt. apply sum_zero. intros j Hj. unfold block.
          rewrite Hw' by (apply didx_lt'; assumption). specialize (Hw j Hj). cbv beta in Hw. rewrite Hw. ring. }
        rewrite <- (rescaled_loss th' 1 0), <- (rescaled_loss th 1 0).
        -- apply Hr. intros k _. unfold rescaled. destruct (Nat.eq_dec k (off2 + (0 * d + u))%nat) as [->|ne].
           ++ replace (is_outgoing _) with true by (symmetry; apply outgoing_spec; exists 0%nat; auto).
              destruct (is_incoming _) eqn:Hi; [apply incoming_lt in Hi; lia|ring].
           ++ rewrite Hsame by exact ne. reflexivity.
        -- intros i _ z. unfold z. rewrite Hzero by reflexivity. rewrite Rmult_0_r, Hs0. ring.
        -- intros i _ z. unfold z. rewrite Hzero by (intros k Hk; apply Hsame; lia). rewrite Rmult_0_r, Hs0. ring.
Qed.

(* Rule 4.1h: some hidden layer has a unit with s (a z) = a^p s z for all z and all a > 0, p > 0. Then E has no basin at all, and no strict minimum. Any depth,
   any loss. Kernel: unbounded, _homogeneous (which recognises such activations formally; that is not formalised). *)
Theorem homogeneous_no_basin : (forall S, ~ basin P E S) /\ forall th, ~ strict_min P E th.
Proof.
  split; [|intros th; apply homogeneous_rule]. intros S HB. destruct HB as [[th Sth] HB'].
  apply (proj1 (homogeneous_rule th) S); [|exact Sth]. split; [exists th; exact Sth|exact HB'].
Qed.
End Unit.
