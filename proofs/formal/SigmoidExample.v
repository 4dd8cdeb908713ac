Require Import Reals Lra Lia PeanoNat List Bool.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Interval.Float Require Import Specific_ops Specific_stdz.
Module SFZ := SpecificFloat StdZRadix2.
Module Import ITZ := IntervalTactic SFZ.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum.
Import ListNotations.
Open Scope R_scope.

Definition sig (t : R) : R := / (1 + exp (- t)).
Definition x1 := 1. Definition x2 := 1597 / 1000.
Definition y1 := - 2639 / 1000. Definition y2 := 3057 / 1000.
Definition X : nat -> nat -> R := fun i _ => if (i =? 0)%nat then x1 else x2.
Definition Y : nat -> nat -> R := fun i _ => if (i =? 0)%nat then y1 else y2.
Definition Lo := samples 2 (fun i => hse 1 (Y i)).
Definition hidden (m : nat) : list layer := [(m, false, fun _ => sig)].
Definition E := loss 1 (hidden 1) 1 false X Lo.

Definition E2 (w v : R) := ((v * sig (w * x1) - y1) ^ 2 + (v * sig (w * x2) - y2) ^ 2) / 2.
Definition d1 t := sig t * (1 - sig t).
Definition d2 t := d1 t * (1 - 2 * sig t).
Definition gw w v := (v * sig (w * x1) - y1) * v * d1 (w * x1) * x1 + (v * sig (w * x2) - y2) * v * d1 (w * x2) * x2.
Definition gv w v := (v * sig (w * x1) - y1) * sig (w * x1) + (v * sig (w * x2) - y2) * sig (w * x2).
Definition hww w v := (v * d1 (w * x1) * x1) ^ 2 + (v * d1 (w * x2) * x2) ^ 2
  + (v * sig (w * x1) - y1) * v * d2 (w * x1) * x1 ^ 2 + (v * sig (w * x2) - y2) * v * d2 (w * x2) * x2 ^ 2.
Definition hwv w v := (2 * v * sig (w * x1) - y1) * d1 (w * x1) * x1 + (2 * v * sig (w * x2) - y2) * d1 (w * x2) * x2.
Definition hvv (w v : R) := sig (w * x1) ^ 2 + sig (w * x2) ^ 2.

Lemma E_eq th : E th = E2 (th 0%nat) (th 1%nat).
Proof.
  unfold E, loss, Lo, samples, hse, net, dense, shift, hidden, X, Y, E2. simpl. unfold dense; simpl.
  rewrite !Rplus_0_l, !Rplus_0_r, (Rmult_comm x1), (Rmult_comm x2). field.
Qed.

Lemma pos t : 1 + exp t <> 0. Proof. generalize (exp_pos t). lra. Qed.

Lemma sig_d (t : R) : is_derive sig t (d1 t).
Proof. unfold sig, d1, sig. auto_derive; [apply pos|]. field. apply pos. Qed.

Definition c : vec := fun k => if (k =? 0)%nat then 1 else 1 / 2.
Definition g (th : vec) : vec := fun k => if (k =? 0)%nat then gw (th 0%nat) (th 1%nat) else gv (th 0%nat) (th 1%nat).
Definition H (z d : vec) : R := hww (z 0%nat) (z 1%nat) * d 0%nat ^ 2
  + 2 * hwv (z 0%nat) (z 1%nat) * d 0%nat * d 1%nat + hvv (z 0%nat) (z 1%nat) * d 1%nat ^ 2.

Lemma ex_sig t : ex_derive sig t. Proof. eexists. apply sig_d. Qed.
Lemma D_sig t : Derive sig t = d1 t. Proof. apply is_derive_unique, sig_d. Qed.

Lemma D1 w v a b t : derivable_pt_lim (fun s => E2 (w + s * a) (v + s * b)) t
  (gw (w + t * a) (v + t * b) * a + gv (w + t * a) (v + t * b) * b).
Proof.
  apply is_derive_Reals. unfold E2.
  auto_derive; [repeat split; apply ex_sig|]. rewrite ?D_sig. unfold gw, gv. rewrite !Rmult_1_l. field.
Qed.
Lemma D2 w v a b t : derivable_pt_lim (fun s => gw (w + s * a) (v + s * b) * a + gv (w + s * a) (v + s * b) * b) t
  (hww (w + t * a) (v + t * b) * a ^ 2 + 2 * hwv (w + t * a) (v + t * b) * a * b + hvv (w + t * a) (v + t * b) * b ^ 2).
Proof.
  apply is_derive_Reals. unfold gw, gv, d1.
  auto_derive; [repeat split; apply ex_sig|]. rewrite ?D_sig. unfold hww, hwv, hvv, d2, d1. ring.
Qed.

Lemma box w v : 98 / 100 <= w <= 102 / 100 -> 48 / 100 <= v <= 52 / 100 ->
  17 / 100 <= hww w v /\ Rabs (hwv w v) <= 25 / 100 /\ 115 / 100 <= hvv w v.
Proof.
  intros Hw Hv. unfold hww, hwv, hvv, d2, d1, sig, x1, x2, y1, y2.
  split; [|split].
  - interval with (i_bisect w, i_bisect v, i_depth 14, i_prec 30).
  - interval with (i_bisect w, i_bisect v, i_depth 14, i_prec 30).
  - interval with (i_bisect w, i_bisect v, i_depth 14, i_prec 30).
Qed.

Theorem bad_minimum : exists th, strict_min 2 E th /\ exists u, E u < E th.
Proof.
  destruct (rule31 2 E g H c (1/50) (1/10) (1/5000)) as [th [_ [Hs [Hv _]]]]; try lra.
  - intros x y _ _ t _. unfold dot, g. simpl. 
    apply (derivable_pt_lim_ext (fun s => E2 (x 0%nat + s * sub y x 0%nat) (x 1%nat + s * sub y x 1%nat))).
    + intros s. rewrite E_eq. reflexivity.
    + rewrite Rplus_0_l. apply D1.
  - intros x y _ _ t _. unfold dot, g, H. simpl.
    eapply derivable_pt_lim_ext; [|apply (D2 (x 0%nat) (x 1%nat) (sub y x 0%nat) (sub y x 1%nat) t)].
    intros s. simpl. rewrite Rplus_0_l. reflexivity.
  - intros z d Hz.
    assert (Hk : forall k, (k < 2)%nat -> - (1/50) <= z k - c k <= 1/50).
    { intros k Hk. apply abs_le_sq; [lra|]. eapply Rle_trans; [apply (n2_coord 2 (sub z c) k Hk)|exact Hz]. }
    assert (H0 := Hk 0%nat ltac:(lia)). assert (H1 := Hk 1%nat ltac:(lia)). unfold c in H0, H1. simpl in H0, H1.
    destruct (box (z 0%nat) (z 1%nat)) as [A [B C]]; [lra|lra|].
    unfold H, n2, dot. simpl sum.
    apply Rabs_le_between in B. set (p := d 0%nat). set (q := d 1%nat).
    set (a := hww _ _) in *. set (b := hwv _ _) in *. set (e := hvv _ _) in *.
    assert (0 <= (p + 4 * q) ^ 2) by apply pow2_ge_0. assert (0 <= (p - 4 * q) ^ 2) by apply pow2_ge_0.
    assert (P1 := pow2_ge_0 p). assert (Q1 := pow2_ge_0 q).
    assert (17/100 * p ^ 2 <= a * p ^ 2) by (apply Rmult_le_compat_r; assumption).
    assert (115/100 * q ^ 2 <= e * q ^ 2) by (apply Rmult_le_compat_r; assumption).
    assert (- (1/2) * Rabs (p * q) <= 2 * b * p * q).
    { replace (2 * b * p * q) with (2 * b * (p * q)) by ring.
      destruct (Rcase_abs (p * q)); [rewrite Rabs_left by assumption|rewrite Rabs_right by assumption]; nra. }
    assert (Rabs (p * q) <= (9/100) * p ^ 2 + 3 * q ^ 2).
    { assert (S1 := pow2_ge_0 (3/10 * p - 5/3 * q)). assert (S2 := pow2_ge_0 (3/10 * p + 5/3 * q)).
      apply Rabs_le. split; nra. }
    nra.
  - unfold n2, dot, g, c. simpl. unfold gw, gv, d1, sig, x1, x2, y1, y2. interval with (i_prec 60).
  - exists th. split; [exact Hs|]. exists (fun k => if (k =? 0)%nat then -5 else -394).
    eapply Rlt_le_trans; [|exact Hv]. rewrite !E_eq. unfold c. simpl.
    unfold E2, sig, x1, x2, y1, y2. interval with (i_prec 60).
Qed.

(* same data, one more unit: every strict local minimum is global *)
Theorem one_more_unit : forall th, strict_min (params 1 (hidden 2) 1 false) (loss 1 (hidden 2) 1 false X Lo) th ->
  forall u, loss 1 (hidden 2) 1 false X Lo th <= loss 1 (hidden 2) 1 false X Lo u.
Proof.
  apply wide_strict with (N := 2%nat); [| |simpl; lia].
  - apply samples_local. intros i u v Huv. unfold hse. f_equal. apply sum_ext. intros k Hk. rewrite Huv by exact Hk. reflexivity.
  - apply samples_convex. intros. apply hse_convex. assumption.
Qed.
