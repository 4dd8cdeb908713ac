Require Import ZArith QArith Qreals Reals Lra Lia List Bool FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Exactland Require Derivatives.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem Norms StrictMinimum ExactMinimum Potentials RankRule Homogeneous Intervals Jets Certified.
Import ListNotations.
Open Scope R_scope.

(** * Rules 3.1b, 3.2, 3.4, 3.4b, 4.1, 4.1h and 4.2 for one hidden layer, decided by calculation over the rationals

    For activations that are polynomials in pieces ([piecewise]) and half the squared error. [exact_check], [potential_check] and the like are booleans that
    `vm_compute` evaluates; what they establish at a rational point is about the loss of real numbers. Nothing is rounded, and nothing is taken from outside
    but the numbers themselves. Rule 3.1b needs every pre-activation inside a piece, rules 3.4 and 3.4b those at samples with a residual that is not 0.
    Kernel: `exact_minimum`, `pivots`, `flat`, `potentials`, `sub_optimal`, `line`, `unbounded`, `conclude`. *)

Local Arguments Qred : simpl never. Local Arguments Qplus : simpl never. Local Arguments Qminus : simpl never. Local Arguments Qmult : simpl never.
Local Arguments Qdiv : simpl never. Local Arguments Q2R : simpl never.

(** ** Rationals and polynomials in pieces *)
Definition toQ (a : rat) : Q := fst a # snd a.
Lemma toQ_R a : Q2R (toQ a) = of_rat a.
Proof. rewrite of_rat_div. reflexivity. Qed.
Lemma red_R a : Q2R (Qred a) = Q2R a.
Proof. apply Qeq_eqR, Qred_correct. Qed.
Lemma zero_R : Q2R 0 = 0.
Proof. unfold Q2R. simpl. lra. Qed.
Lemma zero_check a : Qeq_bool a 0 = true -> Q2R a = 0.
Proof. intros H. apply Qeq_bool_iff, Qeq_eqR in H. rewrite H. apply zero_R. Qed.
(** Sums and products in lowest terms; many numbers are 0. *)
Definition plusQ (a b : Q) : Q := match Qnum a, Qnum b with Z0, _ => b | _, Z0 => a | _, _ => Qred (a + b) end.
Definition timesQ (a b : Q) : Q := match Qnum a, Qnum b with Z0, _ => 0%Q | _, Z0 => 0%Q | _, _ => Qred (a * b) end.
Lemma numerator_zero a : Qnum a = 0%Z -> Q2R a = 0.
Proof. intros H. unfold Q2R. rewrite H. ring. Qed.
Lemma plusQ_R a b : Q2R (plusQ a b) = Q2R a + Q2R b.
Proof.
  unfold plusQ. destruct (Qnum a) eqn:A; [rewrite (numerator_zero a A); ring| |];
    (destruct (Qnum b) eqn:B; [rewrite (numerator_zero b B); ring| |]); rewrite red_R; apply Q2R_plus.
Qed.
Lemma timesQ_R a b : Q2R (timesQ a b) = Q2R a * Q2R b.
Proof.
  unfold timesQ. destruct (Qnum a) eqn:A; [rewrite (numerator_zero a A), zero_R; ring| |];
    (destruct (Qnum b) eqn:B; [rewrite (numerator_zero b B), zero_R; ring| |]); rewrite red_R; apply Q2R_mult.
Qed.

(** coefficients from degree 0; the value, the first and the second derivative *)
Fixpoint poly (l : list rat) (t : R) : R := match l with [] => 0 | a :: r => of_rat a + t * poly r t end.
Fixpoint poly1 (l : list rat) (t : R) : R := match l with [] => 0 | _ :: r => poly r t + t * poly1 r t end.
Fixpoint poly2 (l : list rat) (t : R) : R := match l with [] => 0 | _ :: r => 2 * poly1 r t + t * poly2 r t end.
Fixpoint polyQ (l : list rat) (z : Q) : Q := match l with [] => 0 | a :: r => Qred (toQ a + z * polyQ r z) end.
Fixpoint poly1Q (l : list rat) (z : Q) : Q := match l with [] => 0 | _ :: r => Qred (polyQ r z + z * poly1Q r z) end.
Fixpoint poly2Q (l : list rat) (z : Q) : Q := match l with [] => 0 | _ :: r => Qred (2 * poly1Q r z + z * poly2Q r z) end.

Lemma polyQ_R l z : Q2R (polyQ l z) = poly l (Q2R z).
Proof. induction l as [|a r IH]; cbn [polyQ poly]; [apply zero_R|]. rewrite red_R, Q2R_plus, Q2R_mult, toQ_R, IH. reflexivity. Qed.
Lemma poly1Q_R l z : Q2R (poly1Q l z) = poly1 l (Q2R z).
Proof. induction l as [|a r IH]; cbn [poly1Q poly1]; [apply zero_R|]. rewrite red_R, Q2R_plus, Q2R_mult, polyQ_R, IH. reflexivity. Qed.
Lemma poly2Q_R l z : Q2R (poly2Q l z) = poly2 l (Q2R z).
Proof.
  induction l as [|a r IH]; cbn [poly2Q poly2]; [apply zero_R|]. rewrite red_R, Q2R_plus, !Q2R_mult, poly1Q_R, IH. f_equal. f_equal. unfold Q2R. simpl. lra.
Qed.

Lemma poly_d l : forall t, derivable_pt_lim (poly l) t (poly1 l t).
Proof.
  induction l as [|a r IH]; intros t; simpl; [apply derivable_pt_lim_const|].
  eapply lim_value; [|apply (derivable_pt_lim_plus _ _ t _ _ (derivable_pt_lim_const (of_rat a) t)
    (derivable_pt_lim_mult _ _ t _ _ (derivable_pt_lim_id t) (IH t)))]. unfold id. ring.
Qed.
Lemma poly1_d l : forall t, derivable_pt_lim (poly1 l) t (poly2 l t).
Proof.
  induction l as [|a r IH]; intros t; simpl; [apply derivable_pt_lim_const|].
  eapply lim_value; [|apply (derivable_pt_lim_plus _ _ t _ _ (poly_d r t) (derivable_pt_lim_mult _ _ t _ _ (derivable_pt_lim_id t) (IH t)))].
  unfold id. ring.
Qed.
Lemma poly2_continuous l t : continuity_pt (poly2 l) t.
Proof.
  induction l as [|a r IH]; simpl; [apply continuity_pt_const; intros x y; reflexivity|].
  apply (continuity_pt_plus (fun u => 2 * poly1 r u) (fun u => u * poly2 r u)).
  - apply (continuity_pt_scal (poly1 r) 2). apply (derivable_continuity _ _ _ (poly1_d r t)).
  - apply (continuity_pt_mult id (poly2 r)); [apply (derivable_continuity _ _ _ (derivable_pt_lim_id t))|exact IH].
Qed.

(** the first piece, and every breakpoint with the piece after it *)
Fixpoint piecewise (p : list rat) (l : list (rat * list rat)) (t : R) : R :=
  match l with [] => poly p t | (b, p') :: r => if Rle_dec t (of_rat b) then poly p t else piecewise p' r t end.
Fixpoint piecewiseQ (p : list rat) (l : list (rat * list rat)) (z : Q) : Q :=
  match l with [] => polyQ p z | (b, p') :: r => if Qle_bool z (toQ b) then polyQ p z else piecewiseQ p' r z end.
(** the piece that a point is inside of *)
Fixpoint piece (p : list rat) (l : list (rat * list rat)) (z : Q) : option (list rat) :=
  match l with [] => Some p | (b, p') :: r => match (z ?= toQ b)%Q with Lt => Some p | Eq => None | Gt => piece p' r z end end.

Lemma piecewiseQ_R l : forall p z, Q2R (piecewiseQ p l z) = piecewise p l (Q2R z).
Proof.
  induction l as [|[b p'] r IH]; intros p z; simpl; [apply polyQ_R|]. destruct (Rle_dec (Q2R z) (of_rat b)) as [H|H].
  - rewrite <- toQ_R in H. apply Rle_Qle, Qle_bool_iff in H. rewrite H. apply polyQ_R.
  - destruct (Qle_bool z (toQ b)) eqn:e; [|apply IH]. exfalso. apply H. rewrite <- toQ_R. apply Qle_Rle, Qle_bool_iff, e.
Qed.
Lemma piece_near l : forall p z q, piece p l z = Some q -> exists e, 0 < e /\ forall t, Rabs (t - Q2R z) < e -> piecewise p l t = poly q t.
Proof.
  induction l as [|[b p'] r IH]; intros p z q H; simpl in *; [injection H as <-; exists 1; split; [lra|reflexivity]|].
  destruct (z ?= toQ b)%Q eqn:C; [discriminate| |].
  - apply Qlt_alt, Qlt_Rlt in C. rewrite toQ_R in C. injection H as <-. exists (of_rat b - Q2R z). split; [lra|]. intros t Ht.
    apply Rabs_def2 in Ht. destruct (Rle_dec t (of_rat b)); [reflexivity|lra].
  - apply Qgt_alt, Qlt_Rlt in C. rewrite toQ_R in C. destruct (IH p' z q H) as [e [He Hn]].
    exists (Rmin e (Q2R z - of_rat b)). split; [apply Rmin_glb_lt; lra|]. intros t Ht.
    assert (M1 := Rmin_l e (Q2R z - of_rat b)). assert (M2 := Rmin_r e (Q2R z - of_rat b)).
    assert (T := Rabs_def2 _ _ Ht). destruct (Rle_dec t (of_rat b)); [lra|]. apply Hn. lra.
Qed.

(** ** The loss at a rational point *)
Section Point.
Variables (p : shallow) (p0 : list rat) (ps : list (rat * list rat)) (c : list rat).
Let P := size p.
Let s := piecewise p0 ps.

Definition rational_ops : ops Q := {|
  add := fun a b => Qred (a + b); sub_ := fun a r => Qred (a - toQ r); mul := fun a b => Qred (a * b); half := fun a => Qred (a / 2);
  cst := toQ; var := fun k => toQ (nth k c (0%Z, xH)); act := fun _ _ a => piecewiseQ p0 ps a |}.
(** equal at the point *)
Definition same (a : vec -> R) (b : Q) : Prop := a (point c) = Q2R b.
Let V := real_ops s.
Lemma same_add a a' b b' : same a b -> same a' b' -> same (add V a a') (add rational_ops b b').
Proof. unfold same. simpl. intros H H'. rewrite red_R, Q2R_plus, H, H'. reflexivity. Qed.
Lemma same_sub a b r : same a b -> same (sub_ V a r) (sub_ rational_ops b r).
Proof. unfold same. simpl. intros H. rewrite red_R, Q2R_minus, toQ_R, H. reflexivity. Qed.
Lemma same_mul a a' b b' : same a b -> same a' b' -> same (mul V a a') (mul rational_ops b b').
Proof. unfold same. simpl. intros H H'. rewrite red_R, Q2R_mult, H, H'. reflexivity. Qed.
Lemma same_half a b : same a b -> same (half V a) (half rational_ops b).
Proof.
  unfold same. simpl. intros H. rewrite red_R, Q2R_div, H by discriminate. unfold Rdiv. f_equal. unfold Q2R. simpl. lra.
Qed.
Lemma same_cst r : same (cst V r) (cst rational_ops r).
Proof. unfold same. simpl. rewrite toQ_R. reflexivity. Qed.
Lemma same_var k : same (var V k) (var rational_ops k).
Proof. unfold same. simpl. rewrite toQ_R. reflexivity. Qed.
Lemma same_act i j a b : same a b -> same (act V i j a) (act rational_ops i j b).
Proof. unfold same. simpl. intros H. rewrite H, piecewiseQ_R. reflexivity. Qed.

Lemma same_weighted i j : same (weighted p V i j) (weighted p rational_ops i j).
Proof.
  apply (rel_total _ _ V rational_ops same same_add same_cst). apply Forall2_app.
  - apply rel_map. intros k _. apply same_mul; [apply same_var|apply same_cst].
  - destruct (hidden_bias p); constructor; [apply same_var|constructor].
Qed.
Lemma same_residual i k : same (Jets.residual p V i k) (Jets.residual p rational_ops i k).
Proof.
  apply same_sub, (rel_total _ _ V rational_ops same same_add same_cst). apply Forall2_app.
  - apply rel_map. intros j _. apply same_mul; [apply same_var|apply same_act, same_weighted].
  - destruct (output_bias p); constructor; [apply same_var|constructor].
Qed.
Lemma same_loss : same (Jets.loss p V) (Jets.loss p rational_ops).
Proof.
  apply same_half, (rel_total _ _ V rational_ops same same_add same_cst). apply rel_map. intros i _.
  apply (rel_total _ _ V rational_ops same same_add same_cst). apply rel_map. intros k _. apply same_mul; apply same_residual.
Qed.

(** ** Gradient and Hessian at the point *)
Record qjet := { inside : bool; qv : Q; qg : list Q; qh : list (list Q) }.
Definition rowQ (f : nat -> Q) : list Q := map f (seq 0 P).
Definition rowsQ (f : nat -> nat -> Q) : list (list Q) := map (fun k => rowQ (f k)) (seq 0 P).
Definition gradQ (a : qjet) (k : nat) : Q := nth k (qg a) 0%Q.
Definition hessQ (a : qjet) : nat -> nat -> Q := entryQ (qh a).
Definition qjet_ops : ops qjet := {|
  add := fun a b => {| inside := inside a && inside b; qv := plusQ (qv a) (qv b); qg := rowQ (fun k => plusQ (gradQ a k) (gradQ b k));
                       qh := rowsQ (fun k l => plusQ (hessQ a k l) (hessQ b k l)) |};
  sub_ := fun a r => {| inside := inside a; qv := Qred (qv a - toQ r); qg := qg a; qh := qh a |};
  mul := fun a b => {| inside := inside a && inside b; qv := timesQ (qv a) (qv b);
                       qg := rowQ (fun k => plusQ (timesQ (qv a) (gradQ b k)) (timesQ (qv b) (gradQ a k)));
                       qh := rowsQ (fun k l => plusQ (plusQ (timesQ (qv a) (hessQ b k l)) (timesQ (qv b) (hessQ a k l)))
                                                     (plusQ (timesQ (gradQ a k) (gradQ b l)) (timesQ (gradQ b k) (gradQ a l)))) |};
  half := fun a => {| inside := inside a; qv := Qred (qv a / 2); qg := rowQ (fun k => Qred (gradQ a k / 2)); qh := rowsQ (fun k l => Qred (hessQ a k l / 2)) |};
  cst := fun r => {| inside := true; qv := toQ r; qg := []; qh := [] |};
  var := fun k => {| inside := true; qv := toQ (nth k c (0%Z, xH)); qg := rowQ (fun j => if (j =? k)%nat then 1%Q else 0%Q); qh := [] |};
  act := fun _ _ a => match piece p0 ps (qv a) with
    | Some q => let d1 := poly1Q q (qv a) in let d2 := poly2Q q (qv a) in
        {| inside := inside a; qv := polyQ q (qv a); qg := rowQ (fun k => timesQ d1 (gradQ a k));
           qh := rowsQ (fun k l => plusQ (timesQ d1 (hessQ a k l)) (timesQ d2 (timesQ (gradQ a k) (gradQ a l)))) |}
    | None => {| inside := false; qv := 0; qg := []; qh := [] |} end |}.

Lemma nth_rowQ f k : (k < P)%nat -> nth k (rowQ f) 0%Q = f k.
Proof. intros Hk. apply nth_map_seq, Hk. Qed.
Lemma nth_rowsQ f k l : (k < P)%nat -> (l < P)%nat -> entryQ (rowsQ f) k l = f k l.
Proof. intros Hk Hl. unfold entryQ, rowsQ. rewrite nth_map_seq by exact Hk. apply nth_rowQ, Hl. Qed.
Lemma halfQ_R a : Q2R (Qred (a / 2)) = Q2R a / 2.
Proof. rewrite red_R, Q2R_div by discriminate. unfold Rdiv. f_equal. unfold Q2R. simpl. lra. Qed.

(** continuous with its derivatives at the point *)
Let x := point c.
Definition smooth (J : jet) : Prop := continuous_at P (val J) x /\ (forall k, continuous_at P (fun y => gr J y k) x) /\
  (forall k l, continuous_at P (fun y => he J y k l) x).
(** near the point [a] is a jet, whose numbers at the point are those of [b] *)
Definition known (a : vec -> R) (b : qjet) : Prop := inside b = true -> exists J : jet, good P J /\ smooth J /\
  (exists e, 0 < e /\ forall y, close P e x y -> a y = val J y) /\ val J x = Q2R (qv b) /\
  (forall k, (k < P)%nat -> gr J x k = Q2R (gradQ b k)) /\ (forall k l, (k < P)%nat -> (l < P)%nat -> he J x k l = Q2R (hessQ b k l)).

Let O := jet_ops (poly []) (poly1 []) (poly2 []).
Lemma known_add a a' b b' : known a b -> known a' b' -> known (add V a a') (add qjet_ops b b').
Proof.
  intros H H' o. apply andb_prop in o. destruct o as [o o'].
  destruct (H o) as [J [G [[S0 [S1 S2]] [[e [He N]] [Hv [Hg Hh]]]]]]. destruct (H' o') as [J' [G' [[S0' [S1' S2']] [[e' [He' N']] [Hv' [Hg' Hh']]]]]].
  exists (add O J J'). split; [apply good_add; assumption|]. split; [|split; [|split; [|split]]].
  - split; [exact (continuous_plus P _ _ x S0 S0')|]. split; [intros k; exact (continuous_plus P _ _ x (S1 k) (S1' k))|].
    intros k l. exact (continuous_plus P _ _ x (S2 k l) (S2' k l)).
  - exists (Rmin e e'). split; [apply Rmin_glb_lt; assumption|]. intros y Hy. simpl.
    rewrite N, N'; [reflexivity|exact (close_le _ _ _ _ _ (Rmin_r e e') Hy)|exact (close_le _ _ _ _ _ (Rmin_l e e') Hy)].
  - simpl. rewrite plusQ_R, Hv, Hv'. reflexivity.
  - intros k Hk. unfold gradQ. simpl. rewrite nth_rowQ, plusQ_R, Hg, Hg' by exact Hk. reflexivity.
  - intros k l Hk Hl. unfold hessQ. simpl. rewrite nth_rowsQ, plusQ_R, Hh, Hh' by assumption. reflexivity.
Qed.
Lemma known_sub a b r : known a b -> known (sub_ V a r) (sub_ qjet_ops b r).
Proof.
  intros H o. destruct (H o) as [J [G [[S0 [S1 S2]] [[e [He N]] [Hv [Hg Hh]]]]]].
  exists (sub_ O J r). split; [apply good_sub, G|]. split; [|split; [|split; [|split]]].
  - split; [exact (continuous_plus P _ _ x S0 (continuous_const P (- of_rat r) x))|]. split; assumption.
  - exists e. split; [exact He|]. intros y Hy. simpl. rewrite N by exact Hy. reflexivity.
  - simpl. rewrite red_R, Q2R_minus, toQ_R, Hv. reflexivity.
  - exact Hg.
  - exact Hh.
Qed.
Lemma known_mul a a' b b' : known a b -> known a' b' -> known (mul V a a') (mul qjet_ops b b').
Proof.
  intros H H' o. apply andb_prop in o. destruct o as [o o'].
  destruct (H o) as [J [G [[S0 [S1 S2]] [[e [He N]] [Hv [Hg Hh]]]]]]. destruct (H' o') as [J' [G' [[S0' [S1' S2']] [[e' [He' N']] [Hv' [Hg' Hh']]]]]].
  exists (mul O J J'). split; [apply good_mul; assumption|]. split; [|split; [|split; [|split]]].
  - split; [exact (continuous_mult P _ _ x S0 S0')|]. split; [intros k|intros k l]; simpl; repeat apply continuous_plus; apply continuous_mult; auto.
  - exists (Rmin e e'). split; [apply Rmin_glb_lt; assumption|]. intros y Hy. simpl.
    rewrite N, N'; [reflexivity|exact (close_le _ _ _ _ _ (Rmin_r e e') Hy)|exact (close_le _ _ _ _ _ (Rmin_l e e') Hy)].
  - simpl. rewrite timesQ_R, Hv, Hv'. reflexivity.
  - intros k Hk. unfold gradQ at 1. simpl. rewrite nth_rowQ, plusQ_R, !timesQ_R, Hg, Hg', Hv, Hv' by exact Hk. reflexivity.
  - intros k l Hk Hl. unfold hessQ at 1. simpl. rewrite nth_rowsQ, !plusQ_R, !timesQ_R, !Hh, !Hh', !Hg, !Hg', Hv, Hv' by assumption. reflexivity.
Qed.
Lemma known_half a b : known a b -> known (half V a) (half qjet_ops b).
Proof.
  intros H o. destruct (H o) as [J [G [[S0 [S1 S2]] [[e [He N]] [Hv [Hg Hh]]]]]].
  exists (half O J). split; [apply good_half, G|]. split; [|split; [|split; [|split]]].
  - assert (C := continuous_const P (/ 2) x).
    split; [exact (continuous_mult P _ _ x S0 C)|]. split; [intros k; exact (continuous_mult P _ _ x (S1 k) C)|].
    intros k l. exact (continuous_mult P _ _ x (S2 k l) C).
  - exists e. split; [exact He|]. intros y Hy. simpl. rewrite N by exact Hy. reflexivity.
  - simpl. rewrite halfQ_R, Hv. reflexivity.
  - intros k Hk. unfold gradQ. simpl. rewrite nth_rowQ, halfQ_R, Hg by exact Hk. reflexivity.
  - intros k l Hk Hl. unfold hessQ. simpl. rewrite nth_rowsQ, halfQ_R, Hh by assumption. reflexivity.
Qed.
Lemma known_cst r : known (cst V r) (cst qjet_ops r).
Proof.
  intros _. exists (cst O r). split; [apply good_cst|]. split; [|split; [|split; [|split]]].
  - split; [exact (continuous_const P _ x)|]. split; [intros k|intros k l]; exact (continuous_const P 0 x).
  - exists 1. split; [lra|]. reflexivity.
  - simpl. rewrite toQ_R. reflexivity.
  - intros k _. unfold gradQ. simpl. destruct k; symmetry; exact zero_R.
  - intros k l _ _. unfold hessQ, entryQ. simpl. destruct k, l; symmetry; exact zero_R.
Qed.
Lemma known_var k : (k < P)%nat -> known (var V k) (var qjet_ops k).
Proof.
  intros Hk _. exists (var O k). split; [apply good_var, Hk|]. split; [|split; [|split; [|split]]].
  - split; [exact (continuous_coord P k x Hk)|]. split; [intros j|intros j l].
    + exact (continuous_const P (if (j =? k)%nat then 1 else 0) x).
    + exact (continuous_const P 0 x).
  - exists 1. split; [lra|]. reflexivity.
  - simpl. rewrite toQ_R. reflexivity.
  - intros j Hj. unfold gradQ. simpl. rewrite nth_rowQ by exact Hj. destruct (j =? k)%nat; unfold Q2R; simpl; lra.
  - intros j l _ _. unfold hessQ, entryQ. simpl. destruct j, l; symmetry; exact zero_R.
Qed.
Lemma known_act i j a b : known a b -> known (act V i j a) (act qjet_ops i j b).
Proof.
  intros H o. simpl in o |- *. destruct (piece p0 ps (qv b)) as [q|] eqn:Hq; [simpl in o|discriminate].
  destruct (H o) as [J [G [[S0 [S1 S2]] [[e [He N]] [Hv [Hg Hh]]]]]].
  destruct (piece_near ps p0 (qv b) q Hq) as [e1 [He1 N1]]. destruct (S0 e1 He1) as [e2 [He2 N2]].
  assert (D0 := derivable_continuity _ _ _ (poly_d q (val J x))). assert (D1 := derivable_continuity _ _ _ (poly1_d q (val J x))).
  exists (act (jet_ops (poly q) (poly1 q) (poly2 q)) i j J).
  split; [apply good_act; [apply poly_d|apply poly1_d|exact G]|]. split; [|split; [|split; [|split]]].
  - assert (C1 := continuous_comp P _ _ x D1 S0). assert (C2 := continuous_comp P (poly2 q) _ x (poly2_continuous q _) S0).
    split; [exact (continuous_comp P _ _ x D0 S0)|]. split; [intros k|intros k l]; simpl.
    + apply continuous_mult; auto.
    + apply continuous_plus; apply continuous_mult; auto. apply continuous_mult; auto.
  - exists (Rmin e e2). split; [apply Rmin_glb_lt; assumption|]. intros y Hy. simpl.
    rewrite N by exact (close_le _ _ _ _ _ (Rmin_l e e2) Hy). apply N1. rewrite <- Hv. apply N2. exact (close_le _ _ _ _ _ (Rmin_r e e2) Hy).
  - simpl. rewrite polyQ_R, Hv. reflexivity.
  - intros k Hk. unfold gradQ at 1. simpl. rewrite nth_rowQ, timesQ_R, poly1Q_R, Hg, Hv by exact Hk. reflexivity.
  - intros k l Hk Hl. unfold hessQ at 1. simpl.
    rewrite nth_rowsQ, plusQ_R, !timesQ_R, poly1Q_R, poly2Q_R, Hh, !Hg, Hv by assumption. reflexivity.
Qed.
Lemma known_loss : known (Jets.loss p V) (Jets.loss p qjet_ops).
Proof.
  apply (loss_rel p (vec -> R) qjet V qjet_ops known known_add known_sub known_mul known_half known_cst known_var known_act).
Qed.

(** ** Rule 3.1b

    That the Hessian is positive definite is seen by its pivots, or, for more parameters, by a hint as in rule 3.1: the Hessian in intervals of precision
    [bits] (Certified.v). *)
Definition critical_check (j : qjet) : bool := (inside j && forallb (fun k => Qeq_bool (gradQ j k) 0) (seq 0 P))%bool.
Definition exact_check : bool :=
  let j := Jets.loss p qjet_ops in
  (critical_check j && forallb (fun k => forallb (fun l => Qeq_bool (hessQ j k l) (hessQ j l k)) (seq 0 P)) (seq 0 P) && pivotsQ P (qh j))%bool.
Definition hint_evidence (la : rat) (hint_ : list (list rat)) : evidence :=
  {| center := []; radius := la; lambda := la; gamma := la; hint := hint_; at_center := []; in_box := [] |}.
Definition hint_check (bits : positive) (la : rat) (hint_ : list (list rat)) : bool :=
  let j := Jets.loss p qjet_ops in
  (critical_check j && Z.ltb 0 (fst la)
   && dominance bits p (hint_evidence la hint_) (tab2 P (fun k l => of_rat_itv bits (Qnum (hessQ j k l), Qden (hessQ j k l)))))%bool.

Lemma exact_definite : critical_check (Jets.loss p qjet_ops) = true ->
  (forall M : nat -> nat -> R, (forall k l, (k < P)%nat -> (l < P)%nat -> M k l = Q2R (hessQ (Jets.loss p qjet_ops) k l)) ->
    exists la, 0 < la /\ forall d, la * n2 P d <= qf P M d) ->
  strict_min P (Jets.loss p V) x.
Proof.
  set (j := Jets.loss p qjet_ops). intros H Hdef. apply andb_prop in H. destruct H as [H C].
  destruct (known_loss H) as [J [G [[S0 [S1 S2]] [[e [He N]] [Hv [Hg Hh]]]]]]. fold j in Hv, Hg, Hh.
  destruct (rule31b_definite P (val J) (gr J) (he J) x 1) as [e' [He' M]]; [lra| | | | | |].
  - intros y z _ _ t _. apply (G y (sub z y) t).
  - intros y z _ _ t _. apply (G y (sub z y) t).
  - intros k l _ _. apply S2.
  - intros k Hk. rewrite Hg by exact Hk. apply zero_check. rewrite forallb_forall in C. apply C, in_seq. lia.
  - apply Hdef. exact Hh.
  - exists (Rmin e e'). split; [apply Rmin_glb_lt; assumption|]. intros y Hy Hne.
    rewrite (N y) by exact (close_le _ _ _ _ _ (Rmin_l e e') Hy). rewrite (N x) by (apply close_refl, He).
    apply M; [exact (close_le _ _ _ _ _ (Rmin_r e e') Hy)|exact Hne].
Qed.
Theorem exact_minimum : exact_check = true -> strict_min P (Jets.loss p V) x.
Proof.
  intros H. apply andb_prop in H. destruct H as [H C]. apply andb_prop in H. destruct H as [H C0]. apply exact_definite; [exact H|].
  intros M HM. assert (In : forall k, (k < P)%nat -> In k (seq 0 P)) by (intros k Hk; apply in_seq; lia). apply pivots_definite.
  - intros k l Hk Hl. rewrite !HM by assumption. apply Qeq_eqR, Qeq_bool_iff. rewrite forallb_forall in C0. specialize (C0 k (In k Hk)).
    rewrite forallb_forall in C0. apply C0, In, Hl.
  - apply (positive_pivots_ext P (fun k l => Q2R (hessQ (Jets.loss p qjet_ops) k l))); [|apply pivotsQ_sound, C].
    intros k l Hk Hl. symmetry. apply HM; assumption.
Qed.
Theorem exact_minimum_by_hint bits la hint_ : hint_check bits la hint_ = true -> strict_min P (Jets.loss p V) x.
Proof.
  intros H. apply andb_prop in H. destruct H as [H D]. apply andb_prop in H. destruct H as [H L]. apply Z.ltb_lt in L. assert (L' := of_rat_pos _ L).
  apply exact_definite; [exact H|]. intros M HM. exists (of_rat la). split; [exact L'|].
  apply (dominance_ok bits p (hint_evidence la hint_) _ M) with (3 := D); [|exact L'].
  intros k l Hk Hl. rewrite nth_tab2 by assumption. rewrite HM by assumption.
  replace (Q2R (hessQ (Jets.loss p qjet_ops) k l)) with (of_rat (Qnum (hessQ (Jets.loss p qjet_ops) k l), Qden (hessQ (Jets.loss p qjet_ops) k l)));
    [apply inn_of_rat|]. rewrite <- toQ_R. destruct (hessQ (Jets.loss p qjet_ops) k l). reflexivity.
Qed.
End Point.

(** ** The stated distance; rule 3.2 *)
Definition sumQ (n : nat) (f : nat -> Q) : Q := fold_left (fun a k => plusQ a (f k)) (seq 0 n) 0%Q.
Lemma sumQ_R n f g : (forall k, (k < n)%nat -> g k = Q2R (f k)) -> sum n g = Q2R (sumQ n f).
Proof.
  unfold sumQ. induction n as [|n IH]; intros H; [symmetry; exact zero_R|].
  rewrite seq_S, fold_left_app. simpl. rewrite plusQ_R, <- IH, (H n); [reflexivity|lia|intros; apply H; lia].
Qed.
Definition coordinate (l : list rat) (k : nat) : Q := toQ (nth k l (0%Z, xH)).
Definition near_by (n : nat) (c cs : list rat) (delta : rat) : bool :=
  Qle_bool (sumQ n (fun k => let d := Qred (coordinate c k - coordinate cs k) in timesQ d d)) (timesQ (toQ delta) (toQ delta)).
Lemma near_by_ok n c cs delta : near_by n c cs delta = true -> n2 n (sub (point c) (point cs)) <= of_rat delta ^ 2.
Proof.
  intros H. apply Qle_bool_iff, Qle_Rle in H. rewrite timesQ_R, toQ_R in H. replace (of_rat delta ^ 2) with (of_rat delta * of_rat delta) by ring.
  eapply Rle_trans; [|exact H]. right. apply sumQ_R. intros k _. unfold sub, point, coordinate. rewrite timesQ_R, red_R, Q2R_minus, !toQ_R. reflexivity.
Qed.
Definition lower_check (p : shallow) (p0 : list rat) (ps : list (rat * list rat)) (c u : list rat) (gap : rat) : bool :=
  Qle_bool (plusQ (Jets.loss p (rational_ops p0 ps u)) (toQ gap)) (Jets.loss p (rational_ops p0 ps c)).

(** ** Rules 3.4 and 3.4b, flat and definite: the loss as that of Potentials.v *)
Section Flat.
Variables (p : shallow) (p0 : list rat) (ps : list (rat * list rat)) (c : list rat).
Let n := inputs p. Let m := units p. Let hb := hidden_bias p. Let q := outputs p. Let b := output_bias p. Let N := length (xs p).
Definition input_of (i k : nat) : R := of_rat (x_ p i k).
Definition target_of (i k : nat) : R := of_rat (y_ p i k).
Let X := input_of. Let Y := target_of.
Let s := piecewise p0 ps.
Let th := point c.

Lemma total_snoc (f : R -> R) l a y : total (real_ops f) (l ++ [a]) y = total (real_ops f) l y + a y.
Proof.
  destruct l as [|a0 l]; simpl; [rewrite of_rat_div; simpl; field|]. revert a0. induction l as [|a1 l IH]; intros a0; simpl; [reflexivity|apply IH].
Qed.
Lemma total_seq (f : R -> R) g k y : total (real_ops f) (map g (seq 0 k)) y = sum k (fun i => g i y).
Proof.
  induction k as [|k IH]; [simpl; rewrite of_rat_div; simpl; field|]. rewrite seq_S, map_app. simpl map. rewrite total_snoc, IH. reflexivity.
Qed.
Lemma total_bias (f : R -> R) g k (has : bool) v y :
  total (real_ops f) (map g (seq 0 k) ++ if has then [v] else []) y = sum k (fun i => g i y) + (if has then v y else 0).
Proof. destruct has; [rewrite total_snoc, total_seq; reflexivity|]. rewrite app_nil_r, total_seq. ring. Qed.

Lemma weighted_pre f i j y : weighted p (real_ops f) i j y = pre n hb (X i) (win n m y j).
Proof.
  unfold weighted. rewrite total_bias. unfold pre, mulv, dim. fold n m hb.
  assert (S : sum n (fun k => mul (real_ops f) (var (real_ops f) (j * n + k)%nat) (cst (real_ops f) (x_ p i k)) y)
    = sum n (fun k => inp n (X i) k * win n m y j k)).
  { apply sum_ext. intros k Hk. simpl. unfold inp, aug, win, didx. destruct (Nat.ltb_spec k n); [|lia]. unfold X, input_of. simpl. ring. }
  rewrite S. destruct hb; simpl b2n; [|rewrite Nat.add_0_r; ring]. rewrite Nat.add_1_r. simpl sum. f_equal. simpl.
  unfold inp, aug, win, didx. rewrite Nat.ltb_irrefl. simpl. ring.
Qed.
Lemma output_out f i k y : (k < q)%nat -> output p (real_ops f) i k y = out n m hb f q b X y i k.
Proof.
  intros Hk. unfold out. rewrite net_one by exact Hk. unfold output. rewrite total_bias. fold m q b.
  assert (H : (hidden_size p = off n m hb)%nat) by (unfold hidden_size, off, dsize; fold n m hb; destruct hb; simpl; lia). rewrite H. f_equal.
  - apply sum_ext. intros j Hj. simpl. rewrite weighted_pre. unfold vout, didx. destruct (Nat.ltb_spec j m); [|lia]. rewrite Nat.add_assoc. reflexivity.
  - unfold outbias. destruct b; [|reflexivity]. simpl. unfold vout, didx. rewrite Nat.ltb_irrefl, Nat.add_assoc. reflexivity.
Qed.
Lemma residual_out f i k y : (k < q)%nat -> Jets.residual p (real_ops f) i k y = Potentials.residual n m hb f q b X Y y i k.
Proof. intros Hk. unfold Jets.residual, Potentials.residual. simpl. rewrite output_out by exact Hk. reflexivity. Qed.
Lemma loss_risk f y : Jets.loss p (real_ops f) y = risk_hse n m hb f q b N X Y y.
Proof.
  unfold Jets.loss. simpl half. cbv beta. rewrite total_seq. fold q N.
  transitivity (sum N (fun i => hse q (Y i) (out n m hb f q b X y i))); [|reflexivity].
  unfold Rdiv. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros i _. rewrite total_seq. unfold hse, Rdiv. rewrite Rmult_comm. f_equal.
  apply sum_ext. intros k Hk. change (Jets.residual p (real_ops f) i k y * Jets.residual p (real_ops f) i k y = (out n m hb f q b X y i k - Y i k) ^ 2).
  rewrite residual_out by exact Hk. unfold Potentials.residual. ring.
Qed.
Lemma size_npar f : size p = npar n m hb f q b.
Proof. rewrite npar_eq. unfold size, hidden_size, off, dsize. fold n m hb q b. destruct hb, b; simpl; lia. Qed.

(** the slope of a piece that is affine *)
Definition slope_of (l : list rat) : option rat := match l with [] => Some (0%Z, xH) | [_] => Some (0%Z, xH) | [_; a] => Some a | _ => None end.
Definition slope_at (z : Q) : option rat := match piece p0 ps z with Some l => slope_of l | None => None end.
Definition slopeQ (z : Q) : Q := match slope_at z with Some a => toQ a | None => 0 end.
Lemma slope_near z a : slope_at z = Some a ->
  exists e, 0 < e /\ forall t, Rabs (t - Q2R z) < e -> s t = s (Q2R z) + Q2R (slopeQ z) * (t - Q2R z).
Proof.
  unfold slopeQ. intros H. rewrite H. unfold slope_at in H. destruct (piece p0 ps z) as [l|] eqn:Hl; [|discriminate].
  destruct (piece_near ps p0 z l Hl) as [e [He Hn]]. exists e. split; [exact He|]. intros t Ht. unfold s. rewrite (Hn t Ht).
  rewrite (Hn (Q2R z)) by (rewrite Rminus_diag_eq, Rabs_R0 by reflexivity; exact He). rewrite toQ_R.
  destruct l as [|a0 [|a1 [|a2 l]]]; simpl in H; try discriminate; injection H as <-; simpl poly;
    change (of_rat (0%Z, 1%positive)) with 0; ring.
Qed.

(** residuals and pre-activations, calculated once *)
Definition grid (rows columns : nat) (f : nat -> nat -> Q) : list (list Q) := map (fun i => map (f i) (seq 0 columns)) (seq 0 rows).
Lemma grid_at rows columns f i j : (i < rows)%nat -> (j < columns)%nat -> entryQ (grid rows columns f) i j = f i j.
Proof. intros Hi Hj. unfold entryQ, grid. rewrite nth_map_seq by exact Hi. apply nth_map_seq, Hj. Qed.
Let O := rational_ops p0 ps c.
Definition pre_table : list (list Q) := grid N m (weighted p O).
Definition res_table : list (list Q) := grid N q (Jets.residual p O).
Definition inpQ (i k : nat) : Q := if (k <? n)%nat then toQ (x_ p i k) else 1%Q.

Section Tables.
Variables (zs gs : list (list Q)).
Definition zero_sum (f : nat -> Q) : bool := Qeq_bool (sumQ N f) 0.
Definition value_check (j k : nat) : bool := zero_sum (fun i => timesQ (entryQ gs i k) (piecewiseQ p0 ps (entryQ zs i j))).
Definition flat_unit (j k : nat) : bool :=
  (value_check j k
   && forallb (fun i => Qeq_bool (entryQ gs i k) 0 || match slope_at (entryQ zs i j) with Some _ => true | None => false end) (seq 0 N)
   && forallb (fun a => zero_sum (fun i => timesQ (timesQ (entryQ gs i k) (slopeQ (entryQ zs i j))) (inpQ i a))) (seq 0 (dim n hb)))%bool.
Definition bend1 (z : Q) : Q := match piece p0 ps z with Some l => poly1Q l z | None => 0 end.
Definition bend2 (z : Q) : Q := match piece p0 ps z with Some l => poly2Q l z | None => 0 end.
Definition outgoing (l : list rat) (k j : nat) : Q := coordinate l (didx (off n m hb) m q j k).
Definition form (j k : nat) : list (list Q) := map (fun a => map (fun a' => timesQ (outgoing c k j)
  (sumQ N (fun i => timesQ (timesQ (entryQ gs i k) (bend2 (entryQ zs i j))) (timesQ (inpQ i a) (inpQ i a'))))) (seq 0 (dim n hb))) (seq 0 (dim n hb)).
Definition definite_unit (j k : nat) : bool :=
  (negb (Qeq_bool (outgoing c k j) 0) && value_check j k
   && forallb (fun i => Qeq_bool (entryQ gs i k) 0 || match piece p0 ps (entryQ zs i j) with Some _ => true | None => false end) (seq 0 N)
   && forallb (fun a => zero_sum (fun i => timesQ (timesQ (entryQ gs i k) (bend1 (entryQ zs i j))) (inpQ i a))) (seq 0 (dim n hb))
   && pivotsQ (dim n hb) (form j k))%bool.
Definition balance_check : bool := (negb b || forallb (fun k => zero_sum (fun i => entryQ gs i k)) (seq 0 q))%bool.
End Tables.
Definition potential_check : bool :=
  let zs := pre_table in let gs := res_table in
  (balance_check gs && forallb (fun j => forallb (fun k => if flat_unit zs gs j k then true else definite_unit zs gs j k) (seq 0 q)) (seq 0 m))%bool.

Let z (i j : nat) : R := pre n hb (X i) (win n m th j).
Let g : nat -> nat -> R := Potentials.residual n m hb s q b X Y th.
Lemma z_R i j : (i < N)%nat -> (j < m)%nat -> z i j = Q2R (entryQ pre_table i j).
Proof. intros Hi Hj. unfold pre_table. rewrite grid_at by assumption. unfold z. rewrite <- (weighted_pre s). apply same_weighted. Qed.
Lemma g_R i k : (i < N)%nat -> (k < q)%nat -> g i k = Q2R (entryQ res_table i k).
Proof. intros Hi Hk. unfold res_table. rewrite grid_at by assumption. unfold g. rewrite <- residual_out by exact Hk. apply same_residual. Qed.
Lemma zero_sum_R f h : zero_sum f = true -> (forall i, (i < N)%nat -> h i = Q2R (f i)) -> sum N h = 0.
Proof. intros H Hh. rewrite (sumQ_R N f h Hh). apply zero_check, H. Qed.
Lemma below_all k f : forallb f (seq 0 k) = true -> forall i, (i < k)%nat -> f i = true.
Proof. intros H i Hi. rewrite forallb_forall in H. apply H, in_seq. lia. Qed.
Lemma inp_R i k : (k < dim n hb)%nat -> inp n (X i) k = Q2R (inpQ i k).
Proof.
  intros _. unfold inp, aug, inpQ. destruct (k <? n)%nat; [unfold X, input_of; symmetry; apply toQ_R|unfold Q2R; simpl; lra].
Qed.

Lemma balanced_R : balance_check res_table = true -> balanced q b N g.
Proof.
  intros H Hb k Hk. unfold balance_check in H. fold b in Hb. rewrite Hb in H. simpl in H.
  apply (zero_sum_R _ _ (below_all _ _ H k Hk)). intros i Hi. apply g_R; assumption.
Qed.
Lemma value_R j k : (j < m)%nat -> (k < q)%nat -> value_check pre_table res_table j k = true -> potential n hb s N X g k (win n m th j) = 0.
Proof.
  intros Hj Hk H. apply (zero_sum_R _ _ H). intros i Hi. rewrite timesQ_R, piecewiseQ_R, <- g_R, <- z_R by assumption. reflexivity.
Qed.
Lemma flat_unit_ok j k : (j < m)%nat -> (k < q)%nat -> flat_unit pre_table res_table j k = true -> unit_ok n m hb s q N X th g j k.
Proof.
  intros Hj Hk H. unfold flat_unit in H. apply andb_prop in H. destruct H as [H Hg]. apply andb_prop in H. destruct H as [Hv Ha].
  assert (V := value_R j k Hj Hk Hv).
  destruct (flat (dim n hb) N s (fun i => inp n (X i)) (fun i => g i k) (win n m th j) V (fun i => Q2R (slopeQ (entryQ pre_table i j)))) as [e [He F]].
  - intros i Hi Hne. apply below_all with (i := i) in Ha; [|exact Hi]. apply orb_prop in Ha. destruct Ha as [Ha|Ha].
    + exfalso. apply Hne. rewrite g_R by assumption. apply zero_check, Ha.
    + destruct (slope_at (entryQ pre_table i j)) as [a|] eqn:Hs; [|discriminate].
      change (mulv (dim n hb) (inp n (X i)) (win n m th j)) with (z i j). rewrite z_R by assumption. exact (slope_near _ a Hs).
  - intros a HaD. apply (zero_sum_R _ _ (below_all _ _ Hg a HaD)). intros i Hi. rewrite !timesQ_R, <- g_R, <- inp_R by assumption. reflexivity.
  - split; [exact V|]. split; intros _; exists e; (split; [exact He|]); intros w Hw; rewrite potential_phi.
    + rewrite (F w Hw). lra.
    + exact (F w Hw).
Qed.
Lemma outgoing_R l k j : Q2R (outgoing l k j) = vout n m hb q (point l) k j.
Proof. unfold outgoing, coordinate. apply toQ_R. Qed.
Lemma piece_derive z0 l : piece p0 ps z0 = Some l -> (exists e, 0 < e /\ forall t, Rabs (t - Q2R z0) < e -> is_derive s t (Derive s t)) /\
  Derive s (Q2R z0) = poly1 l (Q2R z0) /\ is_derive (Derive s) (Q2R z0) (poly2 l (Q2R z0)).
Proof.
  intros H. destruct (piece_near ps p0 z0 l H) as [e [He Hn]].
  assert (D : forall t, Rabs (t - Q2R z0) < e -> is_derive s t (poly1 l t)).
  { intros t Ht. apply (is_derive_ext_loc (poly l)); [|apply is_derive_Reals, poly_d].
    assert (Hr : 0 < e - Rabs (t - Q2R z0)) by lra. exists (mkposreal _ Hr). intros y Hy. symmetry. apply Hn.
    change (Rabs (y - t) < e - Rabs (t - Q2R z0)) in Hy. replace (y - Q2R z0) with ((y - t) + (t - Q2R z0)) by ring.
    eapply Rle_lt_trans; [apply Rabs_triang|]. lra. }
  assert (D' : forall t, Rabs (t - Q2R z0) < e -> Derive s t = poly1 l t) by (intros t Ht; apply is_derive_unique, D, Ht).
  split; [exists e; split; [exact He|intros t Ht; rewrite (D' t Ht); apply D, Ht]|]. split.
  - apply D'. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
  - apply (is_derive_ext_loc (poly1 l)); [|apply is_derive_Reals, poly1_d]. exists (mkposreal e He). intros y Hy. symmetry. apply D'. exact Hy.
Qed.
Lemma form_sum D K (r : nat -> R) (A : nat -> vec) w :
  qf D (fun a a' => sum K (fun i => r i * (A i a * A i a'))) w = sum K (fun i => r i * mulv D (A i) w ^ 2).
Proof.
  induction K as [|K IH]; simpl sum; [apply sum_zero; intros; apply sum_zero; intros; ring|].
  rewrite (Derivatives.qf_plus D (fun a a' => sum K (fun i => r i * (A i a * A i a')))), IH. f_equal.
  rewrite Derivatives.qf_scal, Derivatives.qf_outer. unfold dot, mulv. ring.
Qed.
Lemma definite_unit_ok j k : (j < m)%nat -> (k < q)%nat -> definite_unit pre_table res_table j k = true -> unit_ok n m hb s q N X th g j k.
Proof.
  intros Hj Hk H. unfold definite_unit in H. repeat (apply andb_prop in H; let H' := fresh "C" in destruct H as [H H']).
  assert (Hv : Q2R (outgoing c k j) <> 0).
  { intros e. rewrite <- zero_R in e. apply eqR_Qeq, Qeq_bool_iff in e. rewrite e in H. discriminate. }
  assert (P0 : forall i, (i < N)%nat -> g i k <> 0 -> exists l, piece p0 ps (entryQ pre_table i j) = Some l).
  { intros i Hi Hne. apply below_all with (i := i) in C1; [|exact Hi]. apply orb_prop in C1. destruct C1 as [C1|C1].
    - exfalso. apply Hne. rewrite g_R by assumption. apply zero_check, C1.
    - destruct (piece p0 ps (entryQ pre_table i j)) as [l|]; [exists l; reflexivity|discriminate]. }
  refine (proj1 (unit_definite n m hb s q N X th g j k (Derive s) (fun i => Q2R (bend2 (entryQ pre_table i j))) Hk _ (value_R j k Hj Hk C2) _ _ _)).
  - unfold th. rewrite <- outgoing_R. exact Hv.
  - intros i Hi Hne. destruct (P0 i Hi Hne) as [l Hl]. destruct (piece_derive _ l Hl) as [A [_ B]]. cbv beta.
    change (pre n hb (X i) (win n m th j)) with (z i j). rewrite (z_R i j Hi Hj). split; [exact A|]. unfold bend2. rewrite Hl, poly2Q_R. exact B.
  - intros a Ha. apply (zero_sum_R _ _ (below_all _ _ C0 a Ha)). intros i Hi. rewrite !timesQ_R, <- g_R, <- inp_R by assumption.
    destruct (Req_dec (g i k) 0) as [e|Hne]; [rewrite e; ring|]. destruct (P0 i Hi Hne) as [l Hl]. destruct (piece_derive _ l Hl) as [_ [B _]].
    change (pre n hb (X i) (win n m th j)) with (z i j). rewrite (z_R i j Hi Hj), B. unfold bend1. rewrite Hl, poly1Q_R. reflexivity.
  - intros w [a [Ha Hne]].
    assert (F : forall a a', (a < dim n hb)%nat -> (a' < dim n hb)%nat -> Q2R (entryQ (form pre_table res_table j k) a a')
      = vout n m hb q th k j * sum N (fun i => g i k * Q2R (bend2 (entryQ pre_table i j)) * (inp n (X i) a * inp n (X i) a'))).
    { intros b0 b1 H0 H1. unfold entryQ at 1, form. rewrite nth_map_seq, nth_map_seq by assumption. rewrite timesQ_R, outgoing_R. f_equal. symmetry.
      apply sumQ_R. intros i Hi. rewrite !timesQ_R, <- g_R, <- !inp_R by assumption. reflexivity. }
    destruct (pivots_definite (dim n hb) (fun a a' => Q2R (entryQ (form pre_table res_table j k) a a'))) as [la [Hla Q]].
    + intros b0 b1 H0 H1. cbv beta. rewrite !F by assumption. f_equal. apply sum_ext. intros i _. ring.
    + apply pivotsQ_sound, C.
    + specialize (Q w). rewrite (qf_ext (dim n hb) _ _ w w F ltac:(reflexivity)) in Q. rewrite Derivatives.qf_scal, form_sum in Q.
      eapply Rlt_le_trans; [|exact Q]. apply Rmult_lt_0_compat; [exact Hla|].
      destruct (Rle_lt_or_eq_dec _ _ (n2_nonneg (dim n hb) w)) as [L|L]; [exact L|]. exfalso. apply Hne. apply (n2_zero (dim n hb) w); [lra|exact Ha].
Qed.
Theorem potential_minimum : potential_check = true -> local_min (size p) (Jets.loss p (real_ops s)) th.
Proof.
  intros H. apply andb_prop in H. destruct H as [Hb H]. rewrite (size_npar s).
  destruct (unit_potentials_hse n m hb s q b N X Y th (balanced_R Hb)) as [e [He M]].
  - intros j k Hj Hk. assert (A := below_all _ _ (below_all _ _ H j Hj) k Hk). cbv beta in A.
    destruct (flat_unit pre_table res_table j k) eqn:Fl; [apply flat_unit_ok|apply definite_unit_ok]; assumption.
  - exists e. split; [exact He|]. intros y Hy. rewrite !loss_risk. apply M, Hy.
Qed.

(** ** Rule 4.1: the loss is constant on the line to a second point, kernel or idle *)
Variable u : list rat.
Definition step_of (k j : nat) : Q := Qred (outgoing u k j - outgoing c k j).
Definition idle (j : nat) : bool := forallb (fun k => Qeq_bool (outgoing c k j) 0 && Qeq_bool (outgoing u k j) 0) (seq 0 q).
Definition line_check : bool :=
  let zs := pre_table in let zu := grid N m (weighted p (rational_ops p0 ps u)) in
  (existsb (fun k => negb (Qeq_bool (coordinate c k) (coordinate u k))) (seq 0 (size p))
   && forallb (fun j => forallb (fun i => Qeq_bool (entryQ zs i j) (entryQ zu i j)) (seq 0 N) || idle j) (seq 0 m)
   && forallb (fun i => forallb (fun k => Qeq_bool (plusQ (sumQ m (fun j => timesQ (step_of k j) (piecewiseQ p0 ps (entryQ zs i j))))
        (if b then step_of k m else 0)) 0) (seq 0 q)) (seq 0 N))%bool.
Let d : vec := fun k => point u k - point c k.

Lemma step_of_R k j : Q2R (step_of k j) = vout n m hb q (point u) k j - vout n m hb q (point c) k j.
Proof. unfold step_of. rewrite red_R, Q2R_minus, !outgoing_R. reflexivity. Qed.
Lemma vout_line t k j : vout n m hb q (line th d t) k j = vout n m hb q th k j + t * (vout n m hb q (point u) k j - vout n m hb q th k j).
Proof. reflexivity. Qed.
Lemma pre_line t i j : pre n hb (X i) (win n m (line th d t) j)
  = pre n hb (X i) (win n m th j) + t * (pre n hb (X i) (win n m (point u) j) - pre n hb (X i) (win n m th j)).
Proof.
  unfold pre, mulv. rewrite <- sum_minus, <- sum_scal, <- sum_plus. apply sum_ext. intros k _. unfold win, line, d, th. ring.
Qed.
Lemma equal_R a a' : Qeq_bool a a' = true -> Q2R a = Q2R a'.
Proof. intros H. apply Qeq_eqR, Qeq_bool_iff, H. Qed.

Lemma line_constant : line_check = true -> forall t, Jets.loss p (real_ops s) (line th d t) = Jets.loss p (real_ops s) th.
Proof.
  intros H t. unfold line_check in H. apply andb_prop in H. destruct H as [H Ho]. apply andb_prop in H. destruct H as [_ Hs].
  rewrite !loss_risk. apply sum_ext. intros i Hi. unfold hse. f_equal. apply sum_ext. intros k Hk. do 2 f_equal.
  rewrite !net_one by exact Hk.
  assert (Z := below_all _ _ (below_all _ _ Ho i Hi) k Hk). cbv beta in Z. apply zero_check in Z. rewrite plusQ_R in Z.
  rewrite <- (sumQ_R m _ (fun j => (vout n m hb q (point u) k j - vout n m hb q th k j) * s (pre n hb (X i) (win n m th j)))) in Z.
  2: { intros j Hj. rewrite timesQ_R, step_of_R, piecewiseQ_R, <- z_R by assumption. reflexivity. }
  assert (B : outbias n m hb q b (line th d t) k = outbias n m hb q b th k + t * Q2R (if b then step_of k m else 0%Q)).
  { unfold outbias. destruct b; [rewrite step_of_R; apply vout_line|]. unfold Q2R. simpl. ring. }
  assert (S : sum m (fun j => vout n m hb q (line th d t) k j * s (pre n hb (X i) (win n m (line th d t) j)))
    = sum m (fun j => vout n m hb q th k j * s (pre n hb (X i) (win n m th j)))
      + t * sum m (fun j => (vout n m hb q (point u) k j - vout n m hb q th k j) * s (pre n hb (X i) (win n m th j)))).
  { rewrite <- sum_scal, <- sum_plus. apply sum_ext. intros j Hj. assert (A := below_all _ _ Hs j Hj). cbv beta in A. apply orb_prop in A.
    rewrite vout_line. destruct A as [A|A].
    - apply below_all with (i := i) in A; [|exact Hi]. apply equal_R in A. rewrite grid_at in A by assumption.
      rewrite <- z_R in A by assumption. rewrite <- (same_weighted p p0 ps u), weighted_pre in A. rewrite pre_line. unfold z in A. rewrite <- A.
      replace (pre n hb (X i) (win n m th j) + t * (pre n hb (X i) (win n m th j) - pre n hb (X i) (win n m th j)))
        with (pre n hb (X i) (win n m th j)) by ring. ring.
    - apply below_all with (i := k) in A; [|exact Hk]. apply andb_prop in A. destruct A as [A A']. apply zero_check in A. apply zero_check in A'.
      rewrite outgoing_R in A, A'. fold th in A. rewrite A, A'. ring. }
  rewrite S, B. apply (f_equal (fun r => t * r)) in Z. rewrite Rmult_0_r, Rmult_plus_distr_l in Z. lra.
Qed.
Lemma line_moves : line_check = true -> exists k, (k < size p)%nat /\ d k <> 0.
Proof.
  intros H. unfold line_check in H. apply andb_prop in H. destruct H as [H _]. apply andb_prop in H. destruct H as [H _].
  apply existsb_exists in H. destruct H as [k [Hk H]]. apply in_seq in Hk. exists k. split; [lia|]. intros Hd.
  assert (e : (coordinate c k == coordinate u k)%Q) by (apply eqR_Qeq; unfold coordinate; rewrite !toQ_R; unfold d, point in Hd; lra).
  apply Qeq_bool_iff in e. rewrite e in H. discriminate.
Qed.
End Flat.

(** ** Rule 4.1h: pieces that meet at 0, where they vanish *)
Definition homogeneous_check (p : shallow) (p0 : list rat) (ps : list (rat * list rat)) : bool :=
  (Nat.ltb 0 (units p) && Nat.ltb 0 (outputs p) && match p0, ps with
   | [a; _], [] => Z.eqb (fst a) 0
   | [a; _], [(t, [a'; _])] => Z.eqb (fst a) 0 && Z.eqb (fst t) 0 && Z.eqb (fst a') 0
   | _, _ => false end)%bool.
Lemma numerator_0 a : Z.eqb (fst a) 0 = true -> of_rat a = 0.
Proof. intros H. apply Z.eqb_eq in H. rewrite of_rat_div, H. unfold Rdiv. ring. Qed.
Lemma homogeneous_R p p0 ps : homogeneous_check p p0 ps = true -> homogeneous 1 (piecewise p0 ps).
Proof.
  intros H r z Hr. rewrite Rpower_1 by exact Hr. apply andb_prop in H. destruct H as [_ H].
  destruct p0 as [|a [|a1 [|? ?]]]; try discriminate. destruct ps as [|[t [|a' [|a1' [|? ?]]]] [|? ?]]; try discriminate.
  - apply numerator_0 in H. simpl. rewrite H. ring.
  - apply andb_prop in H. destruct H as [H Ha']. apply andb_prop in H. destruct H as [Ha Ht].
    apply numerator_0 in Ha. apply numerator_0 in Ht. apply numerator_0 in Ha'. simpl. rewrite Ha, Ht, Ha'.
    destruct (Rle_dec (r * z) 0) as [L|L], (Rle_dec z 0) as [L'|L']; try ring; exfalso; nra.
Qed.
Lemma homogeneous_none p p0 ps : homogeneous_check p p0 ps = true -> forall S, ~ basin (size p) (Jets.loss p (real_ops (piecewise p0 ps))) S.
Proof.
  intros H S. assert (Hh := homogeneous_R p p0 ps H). apply andb_prop in H. destruct H as [H _]. apply andb_prop in H. destruct H as [Hm Hq].
  apply Nat.ltb_lt in Hm. apply Nat.ltb_lt in Hq. set (s := piecewise p0 ps) in *.
  replace (Jets.loss p (real_ops s))
    with (risk_hse (inputs p) (units p) (hidden_bias p) s (outputs p) (output_bias p) (length (xs p)) (input_of p) (target_of p))
    by (apply functional_extensionality; intros y; symmetry; apply loss_risk).
  rewrite (size_npar p s).
  apply (homogeneous_no_basin (inputs p) [] (units p) (hidden_bias p) (fun _ => s) [] (outputs p) (output_bias p) (length (xs p)) (input_of p) _ 1 0
    (samples_local (length (xs p)) (outputs p) (fun i => hse (outputs p) (target_of p i))
       (fun i v w E => f_equal (fun r => r / 2) (sum_ext _ _ _ (fun k Hk => f_equal (fun r => (r - target_of p i k) ^ 2) (E k Hk)))))
    Hm Rlt_0_1 Hh Hq).
Qed.

(** ** For exported files *)
Section Exported.
Variables (p : shallow) (p0 : list rat) (ps : list (rat * list rat)) (s : R -> R) (E : vec -> R) (c : list rat).
Hypothesis s_is : forall t, s t = piecewise p0 ps t.
Hypothesis E_is : forall th, E th = Jets.loss p (real_ops s) th.

Lemma E_piecewise th : E th = Jets.loss p (real_ops (piecewise p0 ps)) th.
Proof.
  rewrite E_is. apply (loss_rel p (vec -> R) (vec -> R) (real_ops s) (real_ops (piecewise p0 ps)) (fun a b => a th = b th)); simpl; intros; try congruence.
Qed.
(** Rule 3.1b. *)
Theorem exact_strict_minimum : exact_check p p0 ps c = true -> strict_min (size p) E (point c).
Proof.
  intros H. destruct (exact_minimum p p0 ps c H) as [e [He M]]. exists e. split; [exact He|]. intros y Hy Hne. rewrite !E_piecewise. apply M; assumption.
Qed.
Theorem exact_strict_minimum_by_hint bits la hint_ : hint_check p p0 ps c bits la hint_ = true -> strict_min (size p) E (point c).
Proof.
  intros H. destruct (exact_minimum_by_hint p p0 ps c bits la hint_ H) as [e [He M]]. exists e. split; [exact He|]. intros y Hy Hne.
  rewrite !E_piecewise. apply M; assumption.
Qed.
(** Rules 3.4 and 3.4b. *)
Theorem potential_local_minimum : potential_check p p0 ps c = true -> local_min (size p) E (point c).
Proof.
  intros H. destruct (potential_minimum p p0 ps c H) as [e [He M]]. exists e. split; [exact He|]. intros y Hy. rewrite !E_piecewise. apply M, Hy.
Qed.
(** Rules 4.1 and 4.1h. *)
Theorem line_no_basin u : line_check p p0 ps c u = true -> forall S, basin (size p) E S -> ~ S (point c).
Proof.
  intros H S. apply (line_rule (size p) E S (point c) _ (line_moves p p0 ps c u H)). intros t. rewrite !E_piecewise. apply line_constant, H.
Qed.
Theorem homogeneous_no_basin_at : homogeneous_check p p0 ps = true -> forall S, basin (size p) E S -> ~ S (point c).
Proof.
  intros H S HB. exfalso. apply (homogeneous_none p p0 ps H S).
  replace (Jets.loss p (real_ops (piecewise p0 ps))) with E by (apply functional_extensionality; intros y; apply E_piecewise). exact HB.
Qed.
(** Rule 3.2. *)
Theorem lower_point u gap : lower_check p p0 ps c u gap = true -> E (point u) <= E (point c) - of_rat gap.
Proof.
  intros H. apply Qle_bool_iff, Qle_Rle in H. rewrite plusQ_R, toQ_R in H. rewrite !E_piecewise, !same_loss. lra.
Qed.
End Exported.

(** ** Rule 4.2, for any activation: only numbers of units and samples are compared *)
Section Wide.
Variables (p : shallow) (s : R -> R) (E : vec -> R).
Hypothesis E_is : forall th, E th = Jets.loss p (real_ops s) th.

Lemma E_risk : E = risk_hse (inputs p) (units p) (hidden_bias p) s (outputs p) (output_bias p) (length (xs p)) (input_of p) (target_of p).
Proof. apply functional_extensionality. intros th. rewrite E_is. apply loss_risk. Qed.
Theorem wide_none_bad : Nat.leb (length (xs p)) (units p + b2n (output_bias p)) = true -> forall S, basin (size p) E S -> ~ suboptimal E S.
Proof.
  intros H. apply Nat.leb_le in H. rewrite E_risk, (size_npar p s).
  apply (wide_hse (inputs p) [(units p, hidden_bias p, fun _ => s)] (outputs p) (output_bias p) (length (xs p)) (input_of p) (target_of p)). exact H.
Qed.
Theorem wide_none : (Nat.ltb (length (xs p)) (units p + b2n (output_bias p)) && Nat.ltb 0 (outputs p))%bool = true -> forall S, ~ basin (size p) E S.
Proof.
  intros H. apply andb_prop in H. destruct H as [H Hq]. apply Nat.ltb_lt in H. apply Nat.ltb_lt in Hq. rewrite E_risk, (size_npar p s).
  apply (wide_network_none (inputs p) [(units p, hidden_bias p, fun _ => s)] (outputs p) (output_bias p) (length (xs p)) (input_of p)); [|exact H|exact Hq].
  apply samples_local. intros i u v H'. unfold hse. f_equal. apply sum_ext. intros c Hc. rewrite H' by exact Hc. reflexivity.
Qed.
End Wide.
