Require Import ZArith Reals Lra Lia List Bool.
Import ListNotations.
Open Scope R_scope.

(** * Fixed-point intervals

    An interval is a pair of integers (a, b); it encloses the reals x with a <= x 2^p <= b. The precision p is one number for a whole calculation. Every
    operation rounds outward, on integers alone, so that `vm_compute` runs it; [inn] says that a real is in an interval, and every operation has a lemma that
    its result contains the results of all elements. (The kernel calculates with balls in the same way: `exactland/kernel/ball.py`.) *)

Definition itv : Type := (Z * Z)%type.

Section Fixed.
Variable p : positive.

Definition scale : Z := Z.shiftl 1 (Zpos p).
Definition inn (x : R) (i : itv) : Prop := IZR (fst i) <= x * IZR scale <= IZR (snd i).

(** floor and ceiling of a / 2^p *)
Definition down (a : Z) : Z := Z.shiftr a (Zpos p).
Definition up (a : Z) : Z := (- Z.shiftr (- a) (Zpos p))%Z.

Definition iadd (i j : itv) : itv := (fst i + fst j, snd i + snd j)%Z.
Definition iopp (i : itv) : itv := (- snd i, - fst i)%Z.
Definition isub (i j : itv) : itv := iadd i (iopp j).
Definition imul (i j : itv) : itv :=
  let a := (fst i * fst j)%Z in let b := (fst i * snd j)%Z in
  let c := (snd i * fst j)%Z in let d := (snd i * snd j)%Z in
  (down (Z.min (Z.min a b) (Z.min c d)), up (Z.max (Z.max a b) (Z.max c d))).
(** the rational n / d *)
Definition irat (n : Z) (d : positive) : itv :=
  let a := Z.shiftl n (Zpos p) in ((a / Zpos d)%Z, (- ((- a) / Zpos d))%Z).
Definition imag (i : itv) : Z := Z.max (Z.abs (fst i)) (Z.abs (snd i)).
(** j contains i *)
Definition within (i j : itv) : bool := (Z.leb (fst j) (fst i) && Z.leb (snd i) (snd j))%bool.

Lemma scale_pow : scale = (2 ^ Zpos p)%Z.
Proof. unfold scale. rewrite Z.shiftl_mul_pow2 by lia. lia. Qed.
Lemma scale_pos : (0 < scale)%Z.
Proof. rewrite scale_pow. apply Z.pow_pos_nonneg; lia. Qed.
Lemma scale_Rpos : 0 < IZR scale.
Proof. apply (IZR_lt 0), scale_pos. Qed.

Lemma down_le a : IZR (down a) * IZR scale <= IZR a.
Proof.
  rewrite <- mult_IZR. apply IZR_le. unfold down. rewrite Z.shiftr_div_pow2 by lia. rewrite <- scale_pow.
  rewrite Z.mul_comm. apply Z.mul_div_le, scale_pos.
Qed.
Lemma up_ge a : IZR a <= IZR (up a) * IZR scale.
Proof. unfold up. rewrite opp_IZR. generalize (down_le (- a)). rewrite opp_IZR. unfold down. lra. Qed.

Lemma inn_add x y i j : inn x i -> inn y j -> inn (x + y) (iadd i j).
Proof. unfold inn, iadd. simpl. rewrite !plus_IZR. intros. lra. Qed.
Lemma inn_opp x i : inn x i -> inn (- x) (iopp i).
Proof. unfold inn, iopp. simpl. rewrite !opp_IZR. intros. lra. Qed.
Lemma inn_sub x y i j : inn x i -> inn y j -> inn (x - y) (isub i j).
Proof. intros Hx Hy. apply inn_add; [exact Hx|apply inn_opp, Hy]. Qed.

(** a product lies between the least and the greatest of the four products of ends *)
Lemma product_between a b c d x y : a <= x <= b -> c <= y <= d ->
  Rmin (Rmin (a * c) (a * d)) (Rmin (b * c) (b * d)) <= x * y <= Rmax (Rmax (a * c) (a * d)) (Rmax (b * c) (b * d)).
Proof.
  intros Hx Hy.
  assert (L1 := Rmin_l (a * c) (a * d)). assert (L2 := Rmin_r (a * c) (a * d)).
  assert (L3 := Rmin_l (b * c) (b * d)). assert (L4 := Rmin_r (b * c) (b * d)).
  assert (L5 := Rmin_l (Rmin (a * c) (a * d)) (Rmin (b * c) (b * d))).
  assert (L6 := Rmin_r (Rmin (a * c) (a * d)) (Rmin (b * c) (b * d))).
  assert (M1 := Rmax_l (a * c) (a * d)). assert (M2 := Rmax_r (a * c) (a * d)).
  assert (M3 := Rmax_l (b * c) (b * d)). assert (M4 := Rmax_r (b * c) (b * d)).
  assert (M5 := Rmax_l (Rmax (a * c) (a * d)) (Rmax (b * c) (b * d))).
  assert (M6 := Rmax_r (Rmax (a * c) (a * d)) (Rmax (b * c) (b * d))).
  assert (E : forall e, (e = a \/ e = b) -> Rmin (Rmin (a * c) (a * d)) (Rmin (b * c) (b * d)) <= e * y
                       /\ e * y <= Rmax (Rmax (a * c) (a * d)) (Rmax (b * c) (b * d))).
  { intros e He. destruct (Rle_lt_dec 0 e) as [Hs|Hs].
    - assert (e * c <= e * y) by (apply Rmult_le_compat_l; lra). assert (e * y <= e * d) by (apply Rmult_le_compat_l; lra).
      destruct He; subst e; lra.
    - assert (e * d <= e * y) by (apply Rmult_le_compat_neg_l; lra). assert (e * y <= e * c) by (apply Rmult_le_compat_neg_l; lra).
      destruct He; subst e; lra. }
  destruct (E a (or_introl eq_refl)) as [Ea1 Ea2]. destruct (E b (or_intror eq_refl)) as [Eb1 Eb2].
  destruct (Rle_lt_dec 0 y) as [Hs|Hs].
  - assert (a * y <= x * y) by (apply Rmult_le_compat_r; lra). assert (x * y <= b * y) by (apply Rmult_le_compat_r; lra). lra.
  - assert (0 <= (b - x) * - y) by (apply Rmult_le_pos; lra). assert (0 <= (x - a) * - y) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma IZR_min a b : IZR (Z.min a b) = Rmin (IZR a) (IZR b).
Proof.
  destruct (Z.min_spec a b) as [[H ->]|[H ->]]; unfold Rmin; destruct (Rle_dec (IZR a) (IZR b)) as [D|D]; try reflexivity.
  - apply IZR_lt in H. lra.
  - apply IZR_le in H. lra.
Qed.
Lemma IZR_max a b : IZR (Z.max a b) = Rmax (IZR a) (IZR b).
Proof.
  destruct (Z.max_spec a b) as [[H ->]|[H ->]]; unfold Rmax; destruct (Rle_dec (IZR a) (IZR b)) as [D|D]; try reflexivity.
  - apply IZR_lt in H. lra.
  - apply IZR_le in H. lra.
Qed.

Lemma inn_mul x y i j : inn x i -> inn y j -> inn (x * y) (imul i j).
Proof.
  unfold inn. destruct i as [a b], j as [c d]. cbn [fst snd imul]. intros Hx Hy. assert (S := scale_Rpos).
  destruct (product_between _ _ _ _ _ _ Hx Hy) as [L U].
  rewrite <- !mult_IZR, <- !IZR_min in L. rewrite <- !mult_IZR, <- !IZR_max in U.
  split; apply (Rmult_le_reg_r (IZR scale)); try exact S.
  - eapply Rle_trans; [apply down_le|]. lra.
  - eapply Rle_trans; [|apply up_ge]. lra.
Qed.

Lemma inn_rat n d : inn (IZR n / IZR (Zpos d)) (irat n d).
Proof.
  assert (D : 0 < IZR (Zpos d)) by (apply (IZR_lt 0); lia).
  assert (A : IZR n / IZR (Zpos d) * IZR scale = IZR (Z.shiftl n (Zpos p)) / IZR (Zpos d)).
  { rewrite Z.shiftl_mul_pow2 by lia. rewrite <- scale_pow, mult_IZR. field. lra. }
  unfold inn, irat. cbn [fst snd]. rewrite A. set (a := Z.shiftl n (Zpos p)).
  assert (F : forall z, IZR (z / Zpos d) <= IZR z / IZR (Zpos d)).
  { intros z. apply (Rmult_le_reg_r (IZR (Zpos d))); [exact D|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
    rewrite Rmult_1_r, <- mult_IZR. apply IZR_le. rewrite Z.mul_comm. apply Z.mul_div_le. lia. }
  split; [apply F|]. rewrite opp_IZR. generalize (F (- a)%Z). rewrite opp_IZR. unfold Rdiv. lra.
Qed.

Lemma inn_within x i j : inn x i -> within i j = true -> inn x j.
Proof.
  unfold inn, within. intros H W. apply andb_prop in W. destruct W as [W1 W2].
  apply Z.leb_le, IZR_le in W1. apply Z.leb_le, IZR_le in W2. lra.
Qed.
Lemma inn_mag x i : inn x i -> Rabs x * IZR scale <= IZR (imag i).
Proof.
  unfold inn, imag. intros H. assert (S := scale_Rpos). rewrite IZR_max, !abs_IZR.
  rewrite <- (Rabs_pos_eq (IZR scale)) by lra. rewrite <- Rabs_mult.
  destruct (Rle_lt_dec 0 (x * IZR scale)) as [C|C].
  - rewrite Rabs_pos_eq by exact C. eapply Rle_trans; [|apply Rmax_r]. eapply Rle_trans; [apply H|apply Rle_abs].
  - rewrite Rabs_left by exact C. eapply Rle_trans; [|apply Rmax_l]. rewrite <- Rabs_Ropp. eapply Rle_trans; [|apply Rle_abs]. lra.
Qed.

(** x < n / d and so on, decided *)
Definition below (i : itv) (z : Z) : bool := Z.leb (snd i) z.
Definition above (i : itv) (z : Z) : bool := Z.leb z (fst i).
Lemma below_ok x i z : inn x i -> below i z = true -> x * IZR scale <= IZR z.
Proof. unfold inn, below. intros H B. apply Z.leb_le, IZR_le in B. lra. Qed.
Lemma above_ok x i z : inn x i -> above i z = true -> IZR z <= x * IZR scale.
Proof. unfold inn, above. intros H B. apply Z.leb_le, IZR_le in B. lra. Qed.
End Fixed.
