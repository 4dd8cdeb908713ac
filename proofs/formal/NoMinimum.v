(* Rule 3.5: a region without local minima, by a slope or a curvature along one direction.

   Modelling: the region is any set B of parameters (the rule's box is one); derivatives are those of the restriction of E to the line through the
   point in the direction u. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum Derivatives.
Open Scope R_scope.

(* along a line through a local minimum, the loss is not smaller near 0 *)
Lemma local_min_line P E th u : local_min P E th -> exists e, 0 < e /\ forall s, Rabs s <= e -> E th <= E (line th u s).
Proof.
  intros [eps [He H]]. destruct (dir_bound P u) as [B [HB Hu]]. exists (eps / B).
  split; [apply Rdiv_lt_0_compat; assumption|]. intros s Hs. apply H. rewrite <- (line_0 th u) at 1.
  apply line_close with (B := B); try assumption. rewrite Rabs_minus_sym, Rminus_0_r. exact Hs.
Qed.
Lemma derivative_at_minimum (f : R -> R) l e : 0 < e -> (forall s, Rabs s <= e -> f 0 <= f s) -> derivable_pt_lim f 0 l -> l = 0.
Proof.
  intros He Hm Hd. destruct (Req_dec l 0) as [|ne]; [assumption|exfalso].
  destruct (Hd (Rabs l / 2)) as [del Hdel]; [generalize (Rabs_pos_lt l ne); lra|].
  assert (Hp := cond_pos del). set (h := Rmin e (del / 2)).
  assert (Hh : 0 < h <= e /\ h < del).
  { unfold h. generalize (Rmin_l e (del / 2)) (Rmin_r e (del / 2)). intros. split; [split; [apply Rmin_glb_lt; lra|lra]|lra]. }
  assert (Hi : 0 < / h) by (apply Rinv_0_lt_compat; lra).
  assert (Dp := Hdel h ltac:(lra) ltac:(rewrite Rabs_pos_eq; lra)).
  assert (Dm := Hdel (- h) ltac:(lra) ltac:(rewrite Rabs_Ropp, Rabs_pos_eq; lra)).
  assert (Mp : 0 <= (f h - f 0) * / h) by (apply Rmult_le_pos; [generalize (Hm h ltac:(rewrite Rabs_pos_eq; lra)); lra|lra]).
  assert (Mm : 0 <= (f (- h) - f 0) * / h).
  { apply Rmult_le_pos; [generalize (Hm (- h) ltac:(rewrite Rabs_Ropp, Rabs_pos_eq; lra)); lra|lra]. }
  rewrite Rplus_0_l in Dp, Dm.
  replace ((f (- h) - f 0) / - h) with (- ((f (- h) - f 0) * / h)) in Dm by (field; lra). unfold Rdiv at 1 in Dp.
  apply Rabs_def2 in Dp. apply Rabs_def2 in Dm. unfold Rabs in Dp, Dm. destruct (Rcase_abs l); lra.
Qed.

(* RULE 3.5, first order (kernel: no_minimum): E has a slope other than 0 along u, everywhere in B. (The rule asks for one strict sign.) *)
Theorem rule35_first P E (g : vec -> vec) (B : vec -> Prop) u :
  (forall th, B th -> derivable_pt_lim (fun s => E (line th u s)) 0 (dot P (g th) u)) ->
  (forall th, B th -> dot P (g th) u <> 0) -> forall th, B th -> ~ local_min P E th.
Proof.
  intros Hd Hne th Hth Hm. destruct (local_min_line P E th u Hm) as [e [He Hl]].
  apply (Hne th Hth), (derivative_at_minimum (fun s => E (line th u s)) _ e He); [|apply Hd, Hth].
  intros s Hs. rewrite line_0. apply Hl, Hs.
Qed.

(* RULE 3.5, second order (kernel: no_minimum): the second derivative along u is negative everywhere in B. E has a derivative on the line near the
   point, and that has a derivative at the point; the quadratic form H th u need not be continuous. *)
Theorem rule35_second P E (g : vec -> vec) (H : vec -> vec -> R) (B : vec -> Prop) u :
  (forall th, B th -> exists r, 0 < r /\ forall t, Rabs t <= r -> derivable_pt_lim (fun s => E (line th u s)) t (dot P (g (line th u t)) u)) ->
  (forall th, B th -> derivable_pt_lim (fun s => dot P (g (line th u s)) u) 0 (H th u)) ->
  (forall th, B th -> H th u < 0) -> forall th, B th -> ~ local_min P E th.
Proof.
  intros Hd1 Hd2 Hneg th Hth Hm. destruct (local_min_line P E th u Hm) as [e [He Hl]]. destruct (Hd1 th Hth) as [r [Hr Hd]].
  set (f := fun s => E (line th u s)). set (f' := fun s => dot P (g (line th u s)) u).
  assert (H0 : f' 0 = 0).
  { apply (derivative_at_minimum f _ e He); [intros s Hs; unfold f; rewrite line_0; apply Hl, Hs|]. apply Hd. rewrite Rabs_R0. lra. }
  assert (Hn := Hneg th Hth). destruct (Hd2 th Hth (- H th u / 2) ltac:(lra)) as [del Hd']. assert (Hp := cond_pos del).
  assert (Hdel : forall t, t <> 0 -> Rabs t < del -> Rabs ((f' (0 + t) - f' 0) / t - H th u) < - H th u / 2) by exact Hd'.
  (* to the right of 0 the slope is negative *)
  assert (Hslope : forall s, 0 < s < del -> f' s < 0).
  { intros s Hs. specialize (Hdel s ltac:(lra) ltac:(rewrite Rabs_pos_eq; lra)). rewrite Rplus_0_l, H0, Rminus_0_r in Hdel.
    apply Rabs_def2 in Hdel. assert (Hq : f' s / s < 0) by lra. replace (f' s) with (s * (f' s / s)) by (field; lra). nra. }
  set (h := Rmin e (Rmin r (del / 2))).
  assert (Hh : 0 < h /\ h <= e /\ h <= r /\ h < del).
  { unfold h. generalize (Rmin_l e (Rmin r (del / 2))) (Rmin_r e (Rmin r (del / 2))) (Rmin_l r (del / 2)) (Rmin_r r (del / 2)). intros.
    split; [apply Rmin_glb_lt; [lra|apply Rmin_glb_lt; lra]|lra]. }
  destruct (MVT_cor2 f f' 0 h) as [s [Hs Hin]]; [lra|intros t Ht; apply Hd; rewrite Rabs_pos_eq; lra|].
  assert (Hfs := Hslope s ltac:(lra)).
  assert (Hle : f 0 <= f h) by (unfold f at 1; rewrite line_0; apply Hl; rewrite Rabs_pos_eq; lra). nra.
Qed.

(* the same for a network; for the first order one derivative of the activations would do, here two are asked for *)
Section Network.
Variables (n : nat) (ls : list dlayer) (q : nat) (b : bool) (N : nat) (X : nat -> nat -> R) (T : nat -> tree).
Let P := params n (plain ls) q b.
Let J := jloss n ls q b N X T.
Let E := tree_loss n ls q b N X T.

Theorem no_minimum_first (B : vec -> Prop) u : (forall th, B th -> regular_loss twice n ls q b N X T th) ->
  (forall th, B th -> dot P (grad J th) u <> 0) -> forall th, B th -> ~ local_min P E th.
Proof.
  intros Hreg. apply rule35_first. intros th Hth.
  destruct (derived_loss P n ls q b N X T th (le_n _) (Hreg th Hth)) as [D1 _].
  eapply limit_ext; [| |exact (D1 u)]; [intros s; apply value_jloss|reflexivity].
Qed.
Theorem no_minimum_second (B : vec -> Prop) u :
  (forall th, B th -> exists r, 0 < r /\ forall t, Rabs t <= r -> regular_loss twice n ls q b N X T (line th u t)) ->
  (forall th, B th -> qf P (hess J th) u < 0) -> forall th, B th -> ~ local_min P E th.
Proof.
  intros Hreg. apply (rule35_second P E (grad J) (fun th => qf P (hess J th))).
  - intros th Hth. destruct (Hreg th Hth) as [r [Hr H]]. exists r. split; [exact Hr|]. intros t Ht.
    destruct (derived_at P J th u t (derived_loss P n ls q b N X T _ (le_n _) (H t Ht))) as [D _].
    eapply limit_ext; [| |exact D]; [intros s; apply value_jloss|reflexivity].
  - intros th Hth. destruct (Hreg th Hth) as [r [Hr H]].
    specialize (H 0 ltac:(rewrite Rabs_R0; lra)). rewrite line_0 in H.
    apply (derived_loss P n ls q b N X T th (le_n _) H).
Qed.
End Network.

(* CLAIM, a box without local minima (kernel: conclude): the ball of radius delta around c' lies in the box. *)
Theorem claim_no_minimum P E c rho c' delta : (forall th, box P c rho th -> ~ local_min P E th) -> 0 <= delta ->
  (forall k, (k < P)%nat -> Rabs (c k - c' k) + delta <= rho) -> forall th, ball P c' delta th -> ~ local_min P E th.
Proof.
  intros HB Hd Hc th Hth. apply HB. intros k Hk. specialize (Hc k Hk). assert (Hk' := ball_coord P c' delta th k Hd Hth Hk).
  replace (th k - c k) with ((th k - c' k) + - (c k - c' k)) by ring.
  eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra.
Qed.
