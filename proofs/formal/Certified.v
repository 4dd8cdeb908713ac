Require Import ZArith Reals Lra Lia List Bool.
From Exactland Require Import Sums Basins Norms StrictMinimum Intervals Jets Dominance.
Import ListNotations.
Open Scope R_scope.

(** * Rules 3.1 and 3.2 for one hidden layer, decided by calculation

    [check] is a boolean that `vm_compute` evaluates: the hypotheses of rules 3.1 and 3.2 for a network with one hidden layer and half the squared error,
    and that the stated distance and gap follow. What it takes from outside are enclosures of the activation and its two derivatives on intervals ([entry]);
    that they are enclosures is a hypothesis of the theorem ([valid]), which an exported file proves by the `interval` tactic. Kernel: `strict_minimum`,
    `sub_optimal`, `conclude`. *)

(** On the interval [on], values are in [e0], first derivatives in [e1], second ones in [e2]. *)
Record entry := { on : itv; e0 : itv; e1 : itv; e2 : itv }.
Definition table := list (list entry).
Definition nothing : entry := {| on := (1, 0)%Z; e0 := (0, 0)%Z; e1 := (0, 0)%Z; e2 := (0, 0)%Z |}.
Definition entry_at (t : table) (i j : nat) : entry := nth j (nth i t []) nothing.

(** ** Intervals for jets *)
Record ijet := { ok : bool; iv : itv; ig : list itv; ih : list (list itv) }.
Definition zero : itv := (0, 0)%Z.
Definition grad_at (j : ijet) (k : nat) : itv := nth k (ig j) zero.
Definition hess_at (j : ijet) (k l : nat) : itv := nth l (nth k (ih j) []) zero.

Section Intervals.
Variables (p : positive) (D : nat).

Definition tab (f : nat -> itv) : list itv := map f (seq 0 D).
Definition tab2 (f : nat -> nat -> itv) : list (list itv) := map (fun k => tab (f k)) (seq 0 D).
Definition of_rat_itv (r : rat) : itv := irat p (fst r) (snd r).
Definition ihalf (i : itv) : itv := (Z.shiftr (fst i) 1, (- Z.shiftr (- snd i) 1)%Z).

Definition ijet_ops (box : list itv) (t : table) : ops ijet := {|
  add := fun a b => {| ok := ok a && ok b; iv := iadd (iv a) (iv b); ig := tab (fun k => iadd (grad_at a k) (grad_at b k));
                       ih := tab2 (fun k l => iadd (hess_at a k l) (hess_at b k l)) |};
  sub_ := fun a r => {| ok := ok a; iv := isub (iv a) (of_rat_itv r); ig := ig a; ih := ih a |};
  mul := fun a b => {| ok := ok a && ok b; iv := imul p (iv a) (iv b);
                       ig := tab (fun k => iadd (imul p (iv a) (grad_at b k)) (imul p (iv b) (grad_at a k)));
                       ih := tab2 (fun k l => iadd (iadd (imul p (iv a) (hess_at b k l)) (imul p (iv b) (hess_at a k l)))
                                                   (iadd (imul p (grad_at a k) (grad_at b l)) (imul p (grad_at b k) (grad_at a l)))) |};
  half := fun a => {| ok := ok a; iv := ihalf (iv a); ig := tab (fun k => ihalf (grad_at a k)); ih := tab2 (fun k l => ihalf (hess_at a k l)) |};
  cst := fun r => {| ok := true; iv := of_rat_itv r; ig := tab (fun _ => zero); ih := tab2 (fun _ _ => zero) |};
  var := fun k => {| ok := true; iv := nth k box zero; ig := tab (fun j => if (j =? k)%nat then of_rat_itv (1%Z, xH) else zero);
                     ih := tab2 (fun _ _ => zero) |};
  act := fun i j a => let e := entry_at t i j in
         {| ok := ok a && within (iv a) (on e); iv := e0 e; ig := tab (fun k => imul p (e1 e) (grad_at a k));
            ih := tab2 (fun k l => iadd (imul p (e1 e) (hess_at a k l)) (imul p (e2 e) (imul p (grad_at a k) (grad_at a l)))) |} |}.

Lemma nth_tab f k : (k < D)%nat -> nth k (tab f) zero = f k.
Proof.
  intros Hk. unfold tab. rewrite (nth_indep _ zero (f O)) by (rewrite map_length, seq_length; exact Hk).
  rewrite map_nth, seq_nth by exact Hk. reflexivity.
Qed.
Lemma nth_tab2 f k l : (k < D)%nat -> (l < D)%nat -> nth l (nth k (tab2 f) []) zero = f k l.
Proof.
  intros Hk Hl. unfold tab2. rewrite (nth_indep _ [] (tab (f O))) by (rewrite map_length, seq_length; exact Hk).
  rewrite (map_nth (fun k => tab (f k))), seq_nth by exact Hk. apply nth_tab, Hl.
Qed.

Lemma inn_zero : inn p 0 zero.
Proof. unfold inn, zero. simpl. lra. Qed.
Lemma inn_of_rat r : inn p (of_rat r) (of_rat_itv r).
Proof. rewrite of_rat_div. apply inn_rat. Qed.
Lemma inn_half x i : inn p x i -> inn p (x / 2) (ihalf i).
Proof.
  unfold inn, ihalf. simpl. intros [L U].
  assert (S : forall z, IZR (Z.shiftr z 1) * 2 <= IZR z).
  { intros z. rewrite <- mult_IZR. apply IZR_le. rewrite Z.shiftr_div_pow2 by lia. change (2 ^ 1)%Z with 2%Z. rewrite Z.mul_comm. apply Z.mul_div_le. lia. }
  assert (A := S (fst i)). assert (B := S (- snd i)%Z). rewrite opp_IZR in B. rewrite opp_IZR. lra.
Qed.

Variables (s s1 s2 : R -> R) (inside : vec -> Prop) (box : list itv) (t : table) (P : nat).
Hypothesis in_box_ok : forall th k, (k < P)%nat -> inside th -> inn p (th k) (nth k box zero).
Definition valid (e : entry) : Prop := forall z, inn p z (on e) -> inn p (s z) (e0 e) /\ inn p (s1 z) (e1 e) /\ inn p (s2 z) (e2 e).
Hypothesis table_ok : forall i j, valid (entry_at t i j).

(** an interval jet encloses a jet *)
Definition encloses (a : jet) (j : ijet) : Prop := ok j = true -> forall th, inside th ->
  inn p (val a th) (iv j) /\ (forall k, (k < D)%nat -> inn p (gr a th k) (grad_at j k)) /\
  (forall k l, (k < D)%nat -> (l < D)%nat -> inn p (he a th k l) (hess_at j k l)).

Let J := jet_ops s s1 s2.
Let I := ijet_ops box t.

Lemma enc_add a a' b b' : encloses a b -> encloses a' b' -> encloses (add J a a') (add I b b').
Proof.
  intros H H' o. apply andb_prop in o. destruct o as [o o']. intros th Hth.
  destruct (H o th Hth) as [V [Gr He]], (H' o' th Hth) as [V' [Gr' He']]. split; [|split].
  - apply inn_add; assumption.
  - intros k Hk. unfold grad_at at 1. simpl. rewrite nth_tab by exact Hk. apply inn_add; auto.
  - intros k l Hk Hl. unfold hess_at at 1. simpl. rewrite nth_tab2 by assumption. apply inn_add; auto.
Qed.
Lemma enc_sub a b r : encloses a b -> encloses (sub_ J a r) (sub_ I b r).
Proof.
  intros H o th Hth. destruct (H o th Hth) as [V [Gr He]]. split; [|split]; [|exact Gr|exact He].
  apply inn_sub; [exact V|apply inn_of_rat].
Qed.
Lemma enc_mul a a' b b' : encloses a b -> encloses a' b' -> encloses (mul J a a') (mul I b b').
Proof.
  intros H H' o. apply andb_prop in o. destruct o as [o o']. intros th Hth.
  destruct (H o th Hth) as [V [Gr He]], (H' o' th Hth) as [V' [Gr' He']]. split; [|split].
  - apply inn_mul; assumption.
  - intros k Hk. unfold grad_at at 1. simpl. rewrite nth_tab by exact Hk. apply inn_add; apply inn_mul; auto.
  - intros k l Hk Hl. unfold hess_at at 1. simpl. rewrite nth_tab2 by assumption.
    apply inn_add; apply inn_add; apply inn_mul; auto.
Qed.
Lemma enc_half a b : encloses a b -> encloses (half J a) (half I b).
Proof.
  intros H o th Hth. destruct (H o th Hth) as [V [Gr He]]. split; [|split].
  - apply inn_half, V.
  - intros k Hk. unfold grad_at at 1. simpl. rewrite nth_tab by exact Hk. apply inn_half; auto.
  - intros k l Hk Hl. unfold hess_at at 1. simpl. rewrite nth_tab2 by assumption. apply inn_half; auto.
Qed.
Lemma enc_cst r : encloses (cst J r) (cst I r).
Proof.
  intros _ th _. split; [|split].
  - apply inn_of_rat.
  - intros k Hk. unfold grad_at. simpl. rewrite nth_tab by exact Hk. apply inn_zero.
  - intros k l Hk Hl. unfold hess_at. simpl. rewrite nth_tab2 by assumption. apply inn_zero.
Qed.
Lemma enc_var k : (k < P)%nat -> encloses (var J k) (var I k).
Proof.
  intros Hk _ th Hth. split; [|split].
  - apply in_box_ok; assumption.
  - intros l Hl. unfold grad_at. simpl. rewrite nth_tab by exact Hl. destruct (l =? k)%nat; [apply (inn_of_rat (1%Z, xH))|apply inn_zero].
  - intros l l' Hl Hl'. unfold hess_at. simpl. rewrite nth_tab2 by assumption. apply inn_zero.
Qed.
Lemma enc_act i j a b : encloses a b -> encloses (act J i j a) (act I i j b).
Proof.
  intros H o. simpl in o. apply andb_prop in o. destruct o as [o W]. intros th Hth.
  destruct (H o th Hth) as [V [Gr He]]. destruct (table_ok i j _ (inn_within _ _ _ _ V W)) as [T0 [T1 T2]]. split; [|split].
  - exact T0.
  - intros k Hk. unfold grad_at at 1. simpl. rewrite nth_tab by exact Hk. apply inn_mul; auto.
  - intros k l Hk Hl. unfold hess_at at 1. simpl. rewrite nth_tab2 by assumption.
    apply inn_add; apply inn_mul; auto. apply inn_mul; auto.
Qed.

Lemma enc_loss q : size q = P -> encloses (loss q J) (loss q I).
Proof.
  intros Hq. apply (loss_rel q jet ijet J I encloses).
  - apply enc_add.
  - apply enc_sub.
  - apply enc_mul.
  - apply enc_half.
  - apply enc_cst.
  - intros k Hk. apply enc_var. rewrite <- Hq. exact Hk.
  - apply enc_act.
Qed.
End Intervals.

(** what holds for the jet of the loss *)
Lemma jet_val q s s1 s2 th : val (loss q (jet_ops s s1 s2)) th = loss q (real_ops s) th.
Proof.
  apply (loss_rel q jet (vec -> R) (jet_ops s s1 s2) (real_ops s) (fun a b => forall th, val a th = b th)); simpl; intros; try reflexivity.
  - rewrite H, H0. reflexivity.
  - rewrite H. reflexivity.
  - rewrite H, H0. reflexivity.
  - rewrite H. reflexivity.
  - rewrite H. reflexivity.
Qed.
Lemma loss_ext q s x y : (forall k, (k < size q)%nat -> x k = y k) -> loss q (real_ops s) x = loss q (real_ops s) y.
Proof.
  intros E. apply (loss_rel q (vec -> R) (vec -> R) (real_ops s) (real_ops s) (fun a b => a x = b y)); simpl; intros; try reflexivity.
  - rewrite H, H0. reflexivity.
  - rewrite H. reflexivity.
  - rewrite H, H0. reflexivity.
  - rewrite H. reflexivity.
  - apply E. assumption.
  - rewrite H. reflexivity.
Qed.
Lemma jet_good q s s1 s2 : (forall t, derivable_pt_lim s t (s1 t)) -> (forall t, derivable_pt_lim s1 t (s2 t)) ->
  good (size q) (loss q (jet_ops s s1 s2)).
Proof.
  intros d1 d2.
  apply (loss_rel q jet jet (jet_ops s s1 s2) (jet_ops s s1 s2) (fun a _ => good (size q) a)).
  - intros. apply good_add; assumption.
  - intros. apply good_sub; assumption.
  - intros. apply good_mul; assumption.
  - intros. apply good_half; assumption.
  - intros. apply good_cst.
  - intros. apply good_var; assumption.
  - intros. apply good_act; assumption.
Qed.

(** ** The evidence, and the check *)
Record evidence := {
  center : list rat; radius : rat; lambda : rat; gamma : rat; hint : list (list rat); at_center : table; in_box : table }.

Definition point (l : list rat) : vec := fun k => of_rat (nth k l (0%Z, xH)).
Definition entries (m : list (list rat)) (k a : nat) : R := of_rat (nth a (nth k m []) (0%Z, xH)).

Section Check.
Variables (p : positive) (q : shallow).
Let P := size q.
Let R_ := of_rat_itv p.

Definition points (l : list rat) : list itv := map (fun k => R_ (nth k l (0%Z, xH))) (seq 0 P).
Definition box_of (l : list rat) (rho : rat) : list itv :=
  map (fun k => let c := R_ (nth k l (0%Z, xH)) in let r := snd (R_ rho) in (fst c - r, snd c + r)%Z) (seq 0 P).
Definition isum (n : nat) (f : nat -> itv) : itv := fold_left (fun a k => iadd a (f k)) (seq 0 n) zero.
Definition hint_at (m : list (list rat)) (k a : nat) : itv := R_ (nth a (nth k m []) (0%Z, xH)).

(** K = R^T H R, as a list of rows *)
Definition products (m : list (list itv)) (h : list (list itv)) : list (list itv) :=
  let r k a := nth a (nth k m []) zero in
  let hr := tab2 P (fun k b => isum P (fun l => imul p (nth l (nth k h []) zero) (r l b))) in
  tab2 P (fun a b => isum P (fun k => imul p (r k a) (nth b (nth k hr []) zero))).

Definition dominance (e : evidence) (h : list (list itv)) : bool :=
  let m := tab2 P (hint_at (hint e)) in
  let K := products m h in
  let f := isum P (fun k => isum P (fun a => imul p (nth a (nth k m []) zero) (nth a (nth k m []) zero))) in
  let mu := imul p (R_ (lambda e)) f in
  (Z.ltb 0 (fst mu) && forallb (fun a => Z.leb (2 * snd mu) (2 * fst (nth a (nth a K []) zero)
     - fold_left (fun s b => if (b =? a)%nat then s else s + (imag (nth b (nth a K []) zero) + imag (nth a (nth b K []) zero)))%Z (seq 0 P) 0%Z))
       (seq 0 P))%bool.

Definition strict_check (e : evidence) : bool :=
  let box := loss q (ijet_ops p P (box_of (center e) (radius e)) (in_box e)) in
  let at_c := loss q (ijet_ops p P (points (center e)) (at_center e)) in
  let g := R_ (gamma e) in
  (Z.ltb 0 (fst (radius e)) && Z.ltb 0 (fst (lambda e)) && Z.leb 0 (fst (gamma e)) && ok box && ok at_c && dominance e (ih box)
   && Z.leb (snd (isum P (fun k => imul p (grad_at at_c k) (grad_at at_c k)))) (fst (imul p g g))
   && Z.ltb (snd g) (fst (imul p (R_ (lambda e)) (R_ (radius e)))))%bool.

(** the statement's center and distance *)
Definition near_check (e : evidence) (c : list rat) (delta : rat) : bool :=
  let w := isub (imul p (R_ (lambda e)) (R_ delta)) (R_ (gamma e)) in
  let off := isum P (fun k => let d := isub (R_ (nth k (center e) (0%Z, xH))) (R_ (nth k c (0%Z, xH))) in imul p d d) in
  (Z.leb 0 (fst w) && Z.leb (snd (imul p (imul p (R_ (lambda e)) (R_ (lambda e))) off)) (fst (imul p w w)))%bool.

(** a point whose loss is lower by [gap] *)
Definition witness_check (e : evidence) (u : list rat) (at_u : table) (gap : rat) : bool :=
  let at_c := loss q (ijet_ops p 0 (points (center e)) (at_center e)) in
  let lower := loss q (ijet_ops p 0 (points u) at_u) in
  let two := imul p (R_ (2%Z, xH)) (R_ (lambda e)) in
  let g := R_ (gamma e) in
  (ok at_c && ok lower && Z.leb (snd (imul p g g)) (fst (imul p two (isub (isub (iv at_c) (iv lower)) (R_ gap)))))%bool.

Lemma inn_isum n f g : (forall k, (k < n)%nat -> inn p (f k) (g k)) -> inn p (sum n f) (isum n g).
Proof.
  unfold isum. induction n as [|n IH]; intros H; [apply inn_zero|].
  rewrite seq_S, fold_left_app. simpl. apply inn_add; [apply IH; intros; apply H; lia|apply H; lia].
Qed.
Lemma nth_points l k : (k < P)%nat -> nth k (points l) zero = R_ (nth k l (0%Z, xH)).
Proof.
  intros Hk. unfold points. rewrite (nth_indep _ zero (R_ (nth 0 l (0%Z, xH)))) by (rewrite map_length, seq_length; exact Hk).
  rewrite (map_nth (fun k => R_ (nth k l (0%Z, xH)))), seq_nth by exact Hk. reflexivity.
Qed.
Lemma points_ok l k : (k < P)%nat -> inn p (point l k) (nth k (points l) zero).
Proof. intros Hk. rewrite nth_points by exact Hk. apply inn_of_rat. Qed.
Lemma box_ok l rho th k : (k < P)%nat -> Rabs (th k - point l k) <= of_rat rho -> inn p (th k) (nth k (box_of l rho) zero).
Proof.
  intros Hk Hth. unfold box_of.
  set (f := fun k => let c := R_ (nth k l (0%Z, xH)) in let r := snd (R_ rho) in (fst c - r, snd c + r)%Z).
  rewrite (nth_indep _ zero (f O)) by (rewrite map_length, seq_length; exact Hk).
  rewrite (map_nth f), seq_nth by exact Hk. simpl. unfold f. clear f.
  assert (C := inn_of_rat p (nth k l (0%Z, xH))). assert (T := inn_of_rat p rho).
  unfold inn in *. fold R_ in C, T. cbn [fst snd]. unfold point in Hth. rewrite minus_IZR, plus_IZR.
  assert (S := scale_Rpos p).
  assert (B1 := Rle_abs (th k - of_rat (nth k l (0%Z, xH)))). assert (B2 := Rle_abs (- (th k - of_rat (nth k l (0%Z, xH))))).
  rewrite Rabs_Ropp in B2.
  assert ((th k - of_rat (nth k l (0%Z, xH))) * IZR (scale p) <= of_rat rho * IZR (scale p)) by (apply Rmult_le_compat_r; lra).
  assert (- of_rat rho * IZR (scale p) <= (th k - of_rat (nth k l (0%Z, xH))) * IZR (scale p)) by (apply Rmult_le_compat_r; lra).
  lra.
Qed.

Lemma dominance_ok (e : evidence) (h : list (list itv)) (M : nat -> nat -> R) :
  (forall k l, (k < P)%nat -> (l < P)%nat -> inn p (M k l) (nth l (nth k h []) zero)) ->
  0 < of_rat (lambda e) -> dominance e h = true -> forall d, of_rat (lambda e) * n2 P d <= qf P M d.
Proof.
  intros HM Hl Hd. unfold dominance in Hd.
  set (m := tab2 P (hint_at (hint e))) in Hd. set (r := fun k a => nth a (nth k m []) zero).
  set (f := isum P (fun k => isum P (fun a => imul p (nth a (nth k m []) zero) (nth a (nth k m []) zero)))) in Hd.
  set (mu := imul p (R_ (lambda e)) f) in Hd. set (K := products m h) in Hd.
  set (Rm := entries (hint e)).
  assert (Rok : forall k a, (k < P)%nat -> (a < P)%nat -> inn p (Rm k a) (r k a)).
  { intros k a Hk Ha. unfold r, m. rewrite nth_tab2 by assumption. apply inn_of_rat. }
  assert (Fok : inn p (frobenius2 P Rm) f).
  { apply inn_isum. intros k Hk. apply inn_isum. intros a Ha. simpl pow. rewrite Rmult_1_r. apply inn_mul; apply Rok; assumption. }
  assert (Muok : inn p (of_rat (lambda e) * frobenius2 P Rm) mu) by (apply inn_mul; [apply inn_of_rat|exact Fok]).
  assert (Kok : forall a b, (a < P)%nat -> (b < P)%nat -> inn p (G P M Rm a b) (nth b (nth a K []) zero)).
  { intros a b Ha Hb. unfold K, products. rewrite nth_tab2 by assumption. apply inn_isum. intros k Hk.
    apply inn_mul; [apply Rok; assumption|]. rewrite nth_tab2 by assumption. apply inn_isum. intros l Hl'.
    apply inn_mul; [apply HM; assumption|apply Rok; assumption]. }
  apply andb_prop in Hd. destruct Hd as [Hpos Hrows]. apply Z.ltb_lt, IZR_lt in Hpos.
  assert (S := scale_Rpos p).
  apply (dominant P M Rm).
  - destruct Muok as [Lo _]. assert (0 < of_rat (lambda e) * frobenius2 P Rm * IZR (scale p)) by lra.
    apply (Rmult_lt_reg_r (IZR (scale p))); [exact S|]. lra.
  - intros a Ha. rewrite forallb_forall in Hrows. specialize (Hrows a). rewrite in_seq in Hrows. specialize (Hrows ltac:(lia)).
    apply Z.leb_le, IZR_le in Hrows. rewrite minus_IZR, !mult_IZR in Hrows.
    assert (Row : others P M Rm a * IZR (scale p) <=
      IZR (fold_left (fun s b => if (b =? a)%nat then s else s + (imag (nth b (nth a K []) zero) + imag (nth a (nth b K []) zero)))%Z (seq 0 P) 0%Z)).
    { clear Hrows. unfold others. generalize (Kok). intros KK.
      assert (Hn : forall n, (n <= P)%nat -> sum n (fun b => if (b =? a)%nat then 0 else Rabs (G P M Rm a b) + Rabs (G P M Rm b a)) * IZR (scale p)
        <= IZR (fold_left (fun s b => if (b =? a)%nat then s else s + (imag (nth b (nth a K []) zero) + imag (nth a (nth b K []) zero)))%Z (seq 0 n) 0%Z)).
      { induction n as [|n IH]; intros Hn; [simpl; lra|]. rewrite seq_S, fold_left_app. simpl. specialize (IH ltac:(lia)).
        destruct (n =? a)%nat; [lra|]. rewrite !plus_IZR.
        assert (A1 := inn_mag p _ _ (KK a n Ha ltac:(lia))). assert (A2 := inn_mag p _ _ (KK n a ltac:(lia) Ha)). lra. }
      apply Hn. lia. }
    destruct Muok as [_ Up]. destruct (Kok a a Ha Ha) as [Kl _].
    apply (Rmult_le_reg_r (IZR (scale p))); [exact S|]. lra.
Qed.
End Check.

(** a rational is positive if its numerator is *)
Lemma of_rat_pos r : (0 < fst r)%Z -> 0 < of_rat r.
Proof. intros H. rewrite of_rat_div. apply Rdiv_lt_0_compat; apply IZR_lt; lia. Qed.
Lemma of_rat_nonneg r : (0 <= fst r)%Z -> 0 <= of_rat r.
Proof. intros H. rewrite of_rat_div. apply Rmult_le_pos; [apply IZR_le; lia|]. left. apply Rinv_0_lt_compat, IZR_lt. lia. Qed.
Lemma inn_le p x y i j : inn p x i -> inn p y j -> (snd i <= fst j)%Z -> x <= y.
Proof.
  intros [_ U] [L _] H. apply IZR_le in H. apply (Rmult_le_reg_r (IZR (scale p))); [apply scale_Rpos|]. lra.
Qed.
Lemma inn_lt p x y i j : inn p x i -> inn p y j -> (snd i < fst j)%Z -> x < y.
Proof.
  intros [_ U] [L _] H. apply IZR_lt in H. apply (Rmult_lt_reg_r (IZR (scale p))); [apply scale_Rpos|]. lra.
Qed.

Section Theorems.
Variables (p : positive) (q : shallow) (s s1 s2 : R -> R) (e : evidence).
Hypothesis s_d : forall t, derivable_pt_lim s t (s1 t).
Hypothesis s1_d : forall t, derivable_pt_lim s1 t (s2 t).
Hypothesis center_ok : forall i j, valid p s s1 s2 (entry_at (at_center e) i j).
Hypothesis box_valid : forall i j, valid p s s1 s2 (entry_at (in_box e) i j).
Let P := size q.
Let E := loss q (real_ops s).
Let J := loss q (jet_ops s s1 s2).
Let c := point (center e).

Lemma at_points l t D : (forall i j, valid p s s1 s2 (entry_at t i j)) ->
  encloses p D (fun th => forall k, (k < P)%nat -> th k = point l k) J (loss q (ijet_ops p D (points p q l) t)).
Proof.
  intros Ht. apply (enc_loss p D s s1 s2 _ (points p q l) t P); [|exact Ht|reflexivity].
  intros th k Hk Hth. rewrite (Hth k Hk). apply points_ok, Hk.
Qed.

(** Rule 3.1. *)
Theorem strict_minimum : strict_check p q e = true -> exists th,
  n2 P (sub th c) <= (of_rat (gamma e) / of_rat (lambda e)) ^ 2 /\ strict_min P E th /\
  E c - of_rat (gamma e) ^ 2 / (2 * of_rat (lambda e)) <= E th.
Proof.
  unfold strict_check. set (jb := loss q (ijet_ops p (size q) (box_of p q (center e) (radius e)) (in_box e))).
  set (jc := loss q (ijet_ops p (size q) (points p q (center e)) (at_center e))).
  intros H. repeat (apply andb_prop in H; let H' := fresh "C" in destruct H as [H H']).
  apply Z.ltb_lt in H. apply Z.ltb_lt in C5. apply Z.leb_le in C4. apply Z.leb_le in C0. apply Z.ltb_lt in C.
  assert (rho := of_rat_pos _ H). assert (lam := of_rat_pos _ C5). assert (gam := of_rat_nonneg _ C4).
  assert (Good := jet_good q s s1 s2 s_d s1_d). fold J in Good.
  assert (V : forall th, val J th = E th) by (intros th; apply jet_val).
  assert (Enc := enc_loss p P s s1 s2 (fun th => forall k, (k < P)%nat -> Rabs (th k - c k) <= of_rat (radius e))
    (box_of p q (center e) (radius e)) (in_box e) P
    (fun th k Hk Hth => box_ok p q (center e) (radius e) th k Hk (Hth k Hk)) box_valid q eq_refl C3).
  assert (Enc' := at_points (center e) (at_center e) P center_ok C2 c (fun k _ => eq_refl)).
  fold J in Enc. fold jb in Enc. fold jc in Enc'.
  assert (N2 : n2 P (gr J c) * IZR (scale p) <= IZR (snd (isum P (fun k => imul p (grad_at jc k) (grad_at jc k))))).
  { destruct Enc' as [_ [Gr _]]. apply (inn_isum p q P (fun k => gr J c k * gr J c k)). intros k Hk. apply inn_mul; apply Gr, Hk. }
  destruct (rule31 P E (gr J) (fun th => qf P (he J th)) c (of_rat (radius e)) (of_rat (lambda e)) (of_rat (gamma e))
    rho lam gam) as [th [T1 [T2 [T3 _]]]].
  - intros x y _ _ t _. destruct (Good x (sub y x) t) as [D1 _]. eapply lim_ext; [intros u; symmetry; apply V|]. exact D1.
  - intros x y _ _ t _. destruct (Good x (sub y x) t) as [_ D2]. exact D2.
  - intros z d Hz. apply (dominance_ok p q e (ih jb) (he J z)); [|exact lam|exact C1].
    intros k l Hk Hl. destruct (Enc z) as [_ [_ He]]; [|apply He; assumption].
    intros k' Hk'. apply Rabs_le. apply abs_le_sq; [lra|]. eapply Rle_trans; [apply (n2_coord P (sub z c) k' Hk')|exact Hz].
  - assert (Sq : inn p (of_rat (gamma e) * of_rat (gamma e)) (imul p (of_rat_itv p (gamma e)) (of_rat_itv p (gamma e)))) by (apply inn_mul; apply inn_of_rat).
    apply IZR_le in C0. destruct Sq as [Lo _]. apply (Rmult_le_reg_r (IZR (scale p))); [apply scale_Rpos|].
    simpl pow. rewrite Rmult_1_r. fold P in C0. lra.
  - refine (inn_lt p _ _ _ _ (inn_of_rat p (gamma e)) (inn_mul p _ _ _ _ (inn_of_rat p (lambda e)) (inn_of_rat p (radius e))) C).
  - exists th. split; [exact T1|]. split; [exact T2|exact T3].
Qed.

(** The statement's distance. *)
Theorem near cs delta th : (0 < fst (lambda e))%Z -> (0 <= fst (gamma e))%Z -> near_check p q e cs delta = true ->
  n2 P (sub th c) <= (of_rat (gamma e) / of_rat (lambda e)) ^ 2 -> n2 P (sub th (point cs)) <= of_rat delta ^ 2.
Proof.
  intros Hl Hg H Hth. apply of_rat_pos in Hl. apply of_rat_nonneg in Hg. unfold near_check in H.
  apply andb_prop in H. destruct H as [H1 H2]. apply Z.leb_le, IZR_le in H1. apply Z.leb_le in H2.
  assert (W : inn p (of_rat (lambda e) * of_rat delta - of_rat (gamma e))
    (isub (imul p (of_rat_itv p (lambda e)) (of_rat_itv p delta)) (of_rat_itv p (gamma e))))
    by (apply inn_sub; [apply inn_mul; apply inn_of_rat|apply inn_of_rat]).
  set (w := of_rat (lambda e) * of_rat delta - of_rat (gamma e)) in *.
  assert (W0 : 0 <= w).
  { destruct W as [Lo _]. apply (Rmult_le_reg_r (IZR (scale p))); [apply scale_Rpos|]. lra. }
  assert (Off : of_rat (lambda e) * of_rat (lambda e) * n2 P (sub c (point cs)) <= w * w).
  { refine (inn_le p _ _ _ _ _ (inn_mul p _ _ _ _ W W) H2).
    apply inn_mul; [apply inn_mul; apply inn_of_rat|]. apply (inn_isum p q). intros k Hk. apply inn_mul; apply inn_sub; apply inn_of_rat. }
  set (d := of_rat (gamma e) / of_rat (lambda e)) in *.
  assert (D0 : 0 <= d) by (apply Rmult_le_pos; [exact Hg|left; apply Rinv_0_lt_compat, Hl]).
  assert (Dd : of_rat delta = d + w / of_rat (lambda e)) by (unfold d, w; field; lra).
  assert (Q0 : 0 <= w / of_rat (lambda e)) by (apply Rmult_le_pos; [exact W0|left; apply Rinv_0_lt_compat, Hl]).
  rewrite Dd. apply (n2_tri P th c (point cs) d (w / of_rat (lambda e)) D0 Q0 Hth).
  apply (Rmult_le_reg_l (of_rat (lambda e) * of_rat (lambda e))); [nra|].
  replace (of_rat (lambda e) * of_rat (lambda e) * (w / of_rat (lambda e)) ^ 2) with (w * w) by (field; lra). exact Off.
Qed.

(** Rule 3.2. *)
Theorem lower u at_u gap th : (0 < fst (lambda e))%Z -> witness_check p q e u at_u gap = true ->
  (forall i j, valid p s s1 s2 (entry_at at_u i j)) ->
  E c - of_rat (gamma e) ^ 2 / (2 * of_rat (lambda e)) <= E th -> E (point u) <= E th - of_rat gap.
Proof.
  intros Hl H Hu Hth. apply of_rat_pos in Hl. unfold witness_check in H.
  set (jc := loss q (ijet_ops p 0 (points p q (center e)) (at_center e))) in H.
  set (ju := loss q (ijet_ops p 0 (points p q u) at_u)) in H.
  repeat (apply andb_prop in H; let H' := fresh "C" in destruct H as [H H']).
  apply Z.leb_le in C.
  assert (V : forall th, val J th = E th) by (intros; apply jet_val).
  destruct (at_points (center e) (at_center e) 0 center_ok H c (fun k _ => eq_refl)) as [Vc _].
  destruct (at_points u at_u 0 Hu C0 (point u) (fun k _ => eq_refl)) as [Vu _]. rewrite V in Vc, Vu.
  assert (B : of_rat (gamma e) * of_rat (gamma e) <= 2 * of_rat (lambda e) * (E c - E (point u) - of_rat gap)).
  { refine (inn_le p _ _ _ _ (inn_mul p _ _ _ _ (inn_of_rat p (gamma e)) (inn_of_rat p (gamma e))) _ C).
    apply inn_mul; [apply inn_mul; [apply (inn_of_rat p (2%Z, xH))|apply inn_of_rat]|].
    apply inn_sub; [apply inn_sub; [exact Vc|exact Vu]|apply inn_of_rat]. }
  assert (of_rat (gamma e) ^ 2 / (2 * of_rat (lambda e)) <= E c - E (point u) - of_rat gap); [|lra].
  apply (Rmult_le_reg_l (2 * of_rat (lambda e))); [lra|].
  replace (2 * of_rat (lambda e) * (of_rat (gamma e) ^ 2 / (2 * of_rat (lambda e)))) with (of_rat (gamma e) * of_rat (gamma e)) by (field; lra).
  exact B.
Qed.
End Theorems.

(** ** For exported files *)
(** the squared distance as it is written out *)
Fixpoint squares (f : nat -> R) (n : nat) : R := match n with O => (f O)² | S k => squares f k + (f (S k))² end.
Lemma squares_n2 n th c : squares (fun k => th k - c k) n = n2 (S n) (sub th c).
Proof.
  unfold n2, dot, sub. induction n as [|n IH]; simpl squares; [simpl; unfold Rsqr; ring|]. rewrite IH. reflexivity.
Qed.
Lemma reads_its_parameters q s (E : vec -> R) : (forall th, E th = loss q (real_ops s) th) ->
  forall x y, (forall k, (k < size q)%nat -> x k = y k) -> E x = E y.
Proof. intros H x y Hxy. rewrite !H. apply loss_ext, Hxy. Qed.
Lemma strict_min_local P (E : vec -> R) th : (forall x y, (forall k, (k < P)%nat -> x k = y k) -> E x = E y) -> strict_min P E th -> local_min P E th.
Proof.
  intros HE [e [He H]]. exists e. split; [exact He|]. intros y Hy. destruct (pivot P (fun k => th k - y k)) as [[k [Hk Hne]]|Hz].
  - left. apply H; [exact Hy|]. exists k. split; [exact Hk|lra].
  - right. apply HE. intros k Hk. specialize (Hz k Hk). cbv beta in Hz. lra.
Qed.
Lemma valid_intro p s s1 s2 e (S : Z) : scale p = S ->
  (forall z, IZR (fst (on e)) / IZR S <= z <= IZR (snd (on e)) / IZR S ->
     IZR (fst (e0 e)) / IZR S <= s z <= IZR (snd (e0 e)) / IZR S /\
     IZR (fst (e1 e)) / IZR S <= s1 z <= IZR (snd (e1 e)) / IZR S /\
     IZR (fst (e2 e)) / IZR S <= s2 z <= IZR (snd (e2 e)) / IZR S) -> valid p s s1 s2 e.
Proof.
  intros HS H z Hz. assert (P := scale_Rpos p). rewrite HS in P.
  assert (T : forall x i, IZR (fst i) / IZR S <= x <= IZR (snd i) / IZR S -> inn p x i).
  { intros x i [L U]. unfold inn. rewrite HS. split.
    - replace (IZR (fst i)) with (IZR (fst i) / IZR S * IZR S) by (field; lra). apply Rmult_le_compat_r; lra.
    - replace (IZR (snd i)) with (IZR (snd i) / IZR S * IZR S) by (field; lra). apply Rmult_le_compat_r; lra. }
  unfold inn in Hz. rewrite HS in Hz.
  destruct (H z) as [H0 [H1 H2]].
  - split; apply (Rmult_le_reg_r (IZR S)); try exact P.
    + replace (IZR (fst (on e)) / IZR S * IZR S) with (IZR (fst (on e))) by (field; lra). lra.
    + replace (IZR (snd (on e)) / IZR S * IZR S) with (IZR (snd (on e))) by (field; lra). lra.
  - auto.
Qed.

Lemma table_valid p s s1 s2 t : Forall (Forall (valid p s s1 s2)) t -> forall i j, valid p s s1 s2 (entry_at t i j).
Proof.
  intros H i j. assert (N : valid p s s1 s2 nothing) by (intros z [A B]; simpl in A, B; lra).
  unfold entry_at. destruct (nth_in_or_default i t []) as [Hi| ->].
  - rewrite Forall_forall in H. specialize (H _ Hi). destruct (nth_in_or_default j (nth i t []) nothing) as [Hj| ->]; [|exact N].
    rewrite Forall_forall in H. apply H, Hj.
  - destruct j; exact N.
Qed.

(** Rule 3.1, and with 3.2, for a loss [E] written out: a strict local minimum within the stated distance of the stated center, and a point that is lower. *)
Section Exported.
Variables (p : positive) (q : shallow) (s s1 s2 : R -> R) (e : evidence) (E : vec -> R) (cs : list rat) (delta : rat).
Hypothesis s_d : forall t, derivable_pt_lim s t (s1 t).
Hypothesis s1_d : forall t, derivable_pt_lim s1 t (s2 t).
Hypothesis center_ok : forall i j, valid p s s1 s2 (entry_at (at_center e) i j).
Hypothesis box_valid : forall i j, valid p s s1 s2 (entry_at (in_box e) i j).
Hypothesis E_is : forall th, E th = loss q (real_ops s) th.

Lemma signs : strict_check p q e = true -> (0 < fst (lambda e))%Z /\ (0 <= fst (gamma e))%Z.
Proof.
  intros H. unfold strict_check in H. repeat (apply andb_prop in H; let H' := fresh "C" in destruct H as [H H']).
  split; [apply Z.ltb_lt|apply Z.leb_le]; assumption.
Qed.

Lemma strict_minimum_low : (strict_check p q e && near_check p q e cs delta)%bool = true -> exists th,
  n2 (size q) (sub th (point cs)) <= of_rat delta ^ 2 /\ strict_min (size q) E th /\
  E (point (center e)) - of_rat (gamma e) ^ 2 / (2 * of_rat (lambda e)) <= E th.
Proof.
  intros H. apply andb_prop in H. destruct H as [H Hn]. destruct (signs H) as [L G0].
  destruct (strict_minimum p q s s1 s2 e s_d s1_d center_ok box_valid H) as [th [T1 [T2 T3]]]. exists th. split; [|split].
  - apply (near p q e cs delta th L G0 Hn T1).
  - destruct T2 as [eps [He T2]]. exists eps. split; [exact He|]. intros y Hy Hne. rewrite !E_is. apply T2; assumption.
  - rewrite !E_is. exact T3.
Qed.

Theorem strict_minimum_within : (strict_check p q e && near_check p q e cs delta)%bool = true -> exists th,
  n2 (size q) (sub th (point cs)) <= of_rat delta ^ 2 /\ strict_min (size q) E th.
Proof. intros H. destruct (strict_minimum_low H) as [th [D [S _]]]. exists th. split; assumption. Qed.

Theorem sub_optimal_strict_minimum u at_u gap : (forall i j, valid p s s1 s2 (entry_at at_u i j)) ->
  (strict_check p q e && near_check p q e cs delta && witness_check p q e u at_u gap)%bool = true -> exists th,
  n2 (size q) (sub th (point cs)) <= of_rat delta ^ 2 /\ strict_min (size q) E th /\ E (point u) <= E th - of_rat gap.
Proof.
  intros vu H. apply andb_prop in H. destruct H as [H Hw]. destruct (strict_minimum_low H) as [th [D [S Lo]]].
  apply andb_prop in H. destruct H as [H _]. destruct (signs H) as [L _]. exists th. split; [exact D|]. split; [exact S|].
  rewrite !E_is in Lo |- *. apply (lower p q s s1 s2 e center_ok u at_u gap th L Hw vu Lo).
Qed.
End Exported.
