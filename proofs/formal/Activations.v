Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(** * Activations with their first two derivatives

    Written with exp, ln, sin, cos and atan alone, as the `interval` tactic reads them. An exported file writes the activation out; it is the one here, by
    definition. [NAME_1] and [NAME_2] are the derivatives; [NAME_d1] and [NAME_d2] say so, everywhere. Names and formulas as in docs/reference/format.md, section 2. *)

Definition sigmoid (t : R) : R := / (1 + exp (- t)).
Definition sigmoid_1 (t : R) : R := sigmoid t * (1 - sigmoid t).
Definition sigmoid_2 (t : R) : R := sigmoid t * (1 - sigmoid t) * (1 - 2 * sigmoid t).

Lemma one_exp (t : R) : 1 + exp t <> 0.
Proof. generalize (exp_pos t). lra. Qed.

Lemma sigmoid_is (t : R) : is_derive sigmoid t (sigmoid_1 t).
Proof. unfold sigmoid_1, sigmoid. auto_derive; [apply one_exp|]. field. apply one_exp. Qed.
Lemma D_sigmoid (t : R) : Derive (fun x : R => sigmoid x) t = sigmoid_1 t.
Proof. apply is_derive_unique, sigmoid_is. Qed.
Lemma sigmoid_1_is (t : R) : is_derive sigmoid_1 t (sigmoid_2 t).
Proof.
  unfold sigmoid_1. auto_derive; [repeat split; eexists; apply sigmoid_is|].
  rewrite D_sigmoid. unfold sigmoid_2, sigmoid_1. ring.
Qed.
Lemma sigmoid_d1 (t : R) : derivable_pt_lim sigmoid t (sigmoid_1 t).
Proof. apply is_derive_Reals, sigmoid_is. Qed.
Lemma sigmoid_d2 (t : R) : derivable_pt_lim sigmoid_1 t (sigmoid_2 t).
Proof. apply is_derive_Reals, sigmoid_1_is. Qed.

(** tanh t = (e^t - e^-t) / (e^t + e^-t) *)
Definition tanh (t : R) : R := (exp t - exp (- t)) / (exp t + exp (- t)).
Definition tanh_1 (t : R) : R := 1 - tanh t * tanh t.
Definition tanh_2 (t : R) : R := - 2 * tanh t * (1 - tanh t * tanh t).

Lemma two_exp (t : R) : exp t + exp (- t) <> 0.
Proof. generalize (exp_pos t) (exp_pos (- t)). lra. Qed.
Lemma tanh_is (t : R) : is_derive tanh t (tanh_1 t).
Proof. unfold tanh_1, tanh. auto_derive; [apply two_exp|]. field. apply two_exp. Qed.
Lemma D_tanh (t : R) : Derive (fun x : R => tanh x) t = tanh_1 t.
Proof. apply is_derive_unique, tanh_is. Qed.
Lemma tanh_1_is (t : R) : is_derive tanh_1 t (tanh_2 t).
Proof.
  unfold tanh_1. auto_derive; [repeat split; eexists; apply tanh_is|].
  rewrite D_tanh. unfold tanh_2, tanh_1. ring.
Qed.
Lemma tanh_d1 (t : R) : derivable_pt_lim tanh t (tanh_1 t).
Proof. apply is_derive_Reals, tanh_is. Qed.
Lemma tanh_d2 (t : R) : derivable_pt_lim tanh_1 t (tanh_2 t).
Proof. apply is_derive_Reals, tanh_1_is. Qed.

Definition softplus (t : R) : R := ln (1 + exp t).
Definition softplus_1 (t : R) : R := sigmoid t.
Definition softplus_2 (t : R) : R := sigmoid_1 t.
Lemma softplus_is (t : R) : is_derive softplus t (softplus_1 t).
Proof.
  unfold softplus_1, softplus, sigmoid. auto_derive; [generalize (exp_pos t); lra|].
  rewrite exp_Ropp. assert (e := exp_pos t). field. lra.
Qed.
Lemma softplus_d1 (t : R) : derivable_pt_lim softplus t (softplus_1 t).
Proof. apply is_derive_Reals, softplus_is. Qed.
Lemma softplus_d2 (t : R) : derivable_pt_lim softplus_1 t (softplus_2 t).
Proof. apply sigmoid_d1. Qed.

Lemma D_sigmoid_1 (t : R) : Derive (fun x : R => sigmoid_1 x) t = sigmoid_2 t.
Proof. apply is_derive_unique, sigmoid_1_is. Qed.
Lemma D_tanh_1 (t : R) : Derive (fun x : R => tanh_1 x) t = tanh_2 t.
Proof. apply is_derive_unique, tanh_1_is. Qed.
Lemma D_softplus (t : R) : Derive (fun x : R => softplus x) t = softplus_1 t.
Proof. apply is_derive_unique, softplus_is. Qed.

(** the side conditions of `auto_derive`: functions that have derivatives, by name *)
Ltac known := match goal with
  | |- True => exact I
  | |- ex_derive (fun x => sigmoid x) _ => eexists; apply sigmoid_is
  | |- ex_derive (fun x => sigmoid_1 x) _ => eexists; apply sigmoid_1_is
  | |- ex_derive (fun x => tanh x) _ => eexists; apply tanh_is
  | |- ex_derive (fun x => tanh_1 x) _ => eexists; apply tanh_1_is
  | |- ex_derive (fun x => softplus x) _ => eexists; apply softplus_is
  end.

Definition swish (t : R) : R := t * sigmoid t.
Definition swish_1 (t : R) : R := sigmoid t + t * sigmoid_1 t.
Definition swish_2 (t : R) : R := 2 * sigmoid_1 t + t * sigmoid_2 t.
Lemma swish_is (t : R) : is_derive swish t (swish_1 t).
Proof.
  unfold swish. auto_derive; [repeat split; known|].
  rewrite ?D_sigmoid, ?D_sigmoid_1, ?D_tanh, ?D_tanh_1, ?D_softplus. unfold swish_1. ring.
Qed.
Lemma swish_1_is (t : R) : is_derive swish_1 t (swish_2 t).
Proof.
  unfold swish_1. auto_derive.
  - repeat split; known.
  - rewrite ?D_sigmoid, ?D_sigmoid_1, ?D_tanh, ?D_tanh_1, ?D_softplus. unfold swish_2. ring.
Qed.
Lemma swish_d1 (t : R) : derivable_pt_lim swish t (swish_1 t).
Proof. apply is_derive_Reals, swish_is. Qed.
Lemma swish_d2 (t : R) : derivable_pt_lim swish_1 t (swish_2 t).
Proof. apply is_derive_Reals, swish_1_is. Qed.

(** mish t = t tanh (softplus t) *)
Definition mish (t : R) : R := t * tanh (ln (1 + exp t)).
Definition mish_1 (t : R) : R := tanh (softplus t) + t * (tanh_1 (softplus t) * sigmoid t).
Definition mish_2 (t : R) : R := 2 * (tanh_1 (softplus t) * sigmoid t)
  + t * (tanh_2 (softplus t) * (sigmoid t * sigmoid t) + tanh_1 (softplus t) * sigmoid_1 t).
Lemma mish_is (t : R) : is_derive mish t (mish_1 t).
Proof.
  apply (is_derive_ext (fun t => t * tanh (softplus t))); [reflexivity|]. auto_derive.
  - repeat split; known.
  - rewrite ?D_sigmoid, ?D_sigmoid_1, ?D_tanh, ?D_tanh_1, ?D_softplus. unfold mish_1, softplus_1. ring.
Qed.
Lemma mish_1_is (t : R) : is_derive mish_1 t (mish_2 t).
Proof.
  unfold mish_1. auto_derive.
  - repeat split; known.
  - rewrite ?D_sigmoid, ?D_sigmoid_1, ?D_tanh, ?D_tanh_1, ?D_softplus. unfold mish_2, softplus_1. ring.
Qed.
Lemma mish_d1 (t : R) : derivable_pt_lim mish t (mish_1 t).
Proof. apply is_derive_Reals, mish_is. Qed.
Lemma mish_d2 (t : R) : derivable_pt_lim mish_1 t (mish_2 t).
Proof. apply is_derive_Reals, mish_1_is. Qed.

Definition sin_1 (t : R) : R := cos t.
Definition sin_2 (t : R) : R := - sin t.
Lemma sin_d1 (t : R) : derivable_pt_lim sin t (sin_1 t).
Proof. apply derivable_pt_lim_sin. Qed.
Lemma sin_d2 (t : R) : derivable_pt_lim sin_1 t (sin_2 t).
Proof. apply derivable_pt_lim_cos. Qed.

Definition exp_1 (t : R) : R := exp t.
Definition exp_2 (t : R) : R := exp t.
Lemma exp_d1 (t : R) : derivable_pt_lim exp t (exp_1 t).
Proof. apply derivable_pt_lim_exp. Qed.
Lemma exp_d2 (t : R) : derivable_pt_lim exp_1 t (exp_2 t).
Proof. apply derivable_pt_lim_exp. Qed.

Definition atan_1 (t : R) : R := / (1 + t * t).
Definition atan_2 (t : R) : R := - (2 * t) * (/ (1 + t * t) * / (1 + t * t)).
Lemma one_square (t : R) : 1 + t * t <> 0.
Proof. generalize (Rle_0_sqr t). unfold Rsqr. lra. Qed.
Lemma atan_d1 (t : R) : derivable_pt_lim atan t (atan_1 t).
Proof.
  unfold atan_1. replace (1 + t * t) with (1 + t ^ 2) by ring.
  apply derivable_pt_lim_atan.
Qed.
Lemma atan_d2 (t : R) : derivable_pt_lim atan_1 t (atan_2 t).
Proof.
  apply is_derive_Reals. unfold atan_1, atan_2. auto_derive; [apply one_square|]. field. apply one_square.
Qed.
