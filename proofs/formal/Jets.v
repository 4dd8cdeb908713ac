Require Import ZArith Reals Lra Lia List Bool.
From Exactland Require Import Sums Basins Norms StrictMinimum Intervals.
Import ListNotations.
Open Scope R_scope.

(** * One hidden layer, calculated in several ways at once

    [loss] below is the loss of a network with one hidden layer, half the squared error, as a calculation with abstract numbers ([ops]). It is used with
    three kinds of numbers: functions of the parameters, which gives the loss itself; [jet]s, functions with their first and second derivatives; [ijet]s,
    intervals that enclose the values, gradients and Hessians of jets on a whole set of parameters, which `vm_compute` evaluates. [loss_rel] says that
    whatever is preserved by all operations holds between two such calculations.

    Parameters are in the order of docs/reference/format.md: weights of unit 1, of unit 2, ..., biases of the units, then the output layer the same way. *)

(** A rational: numerator and denominator. *)
Definition rat : Type := (Z * positive)%type.
Definition of_rat (a : rat) : R := match snd a with xH => IZR (fst a) | _ => IZR (fst a) / IZR (Zpos (snd a)) end.
Lemma of_rat_div a : of_rat a = IZR (fst a) / IZR (Zpos (snd a)).
Proof. destruct a as [n [d|d|]]; unfold of_rat; simpl; try reflexivity. field. Qed.

Record ops (A : Type) := {
  add : A -> A -> A; sub_ : A -> rat -> A; mul : A -> A -> A; half : A -> A; cst : rat -> A;
  var : nat -> A; act : nat -> nat -> A -> A (* unit j at sample i *) }.
Arguments add {A}. Arguments sub_ {A}. Arguments mul {A}. Arguments half {A}. Arguments cst {A}. Arguments var {A}. Arguments act {A}.

Record shallow := {
  inputs : nat; units : nat; hidden_bias : bool; outputs : nat; output_bias : bool;
  xs : list (list rat); ys : list (list rat) }.

Section Loss.
Variables (p : shallow) (A : Type) (o : ops A).
Let n := inputs p. Let m := units p. Let q := outputs p.

Fixpoint plus_all (a : A) (l : list A) : A := match l with [] => a | b :: r => plus_all (add o a b) r end.
Definition total (l : list A) : A := match l with [] => cst o (0%Z, xH) | a :: r => plus_all a r end.

Definition hidden_size : nat := (m * n + if hidden_bias p then m else 0)%nat.
Definition x_ (i k : nat) : rat := nth k (nth i (xs p) []) (0%Z, xH).
Definition y_ (i c : nat) : rat := nth c (nth i (ys p) []) (0%Z, xH).
Definition weighted (i j : nat) : A :=
  total (map (fun k => mul o (var o (j * n + k)%nat) (cst o (x_ i k))) (seq 0 n) ++ if hidden_bias p then [var o (m * n + j)%nat] else []).
Definition output (i c : nat) : A :=
  total (map (fun j => mul o (var o (hidden_size + c * m + j)%nat) (act o i j (weighted i j))) (seq 0 m)
         ++ if output_bias p then [var o (hidden_size + q * m + c)%nat] else []).
Definition residual (i c : nat) : A := sub_ o (output i c) (y_ i c).
Definition loss : A :=
  half o (total (map (fun i => total (map (fun c => mul o (residual i c) (residual i c)) (seq 0 q))) (seq 0 (length (xs p))))).
End Loss.
Arguments loss p {A}. Arguments total {A}. Arguments plus_all {A}. Arguments weighted p {A}. Arguments output p {A}. Arguments residual p {A}.

Definition size (p : shallow) : nat :=
  (hidden_size p + outputs p * units p + if output_bias p then outputs p else 0)%nat.

Section Relation.
Variables (p : shallow) (A B : Type) (oa : ops A) (ob : ops B) (rel : A -> B -> Prop).
Hypothesis rel_add : forall a a' b b', rel a b -> rel a' b' -> rel (add oa a a') (add ob b b').
Hypothesis rel_sub : forall a b r, rel a b -> rel (sub_ oa a r) (sub_ ob b r).
Hypothesis rel_mul : forall a a' b b', rel a b -> rel a' b' -> rel (mul oa a a') (mul ob b b').
Hypothesis rel_half : forall a b, rel a b -> rel (half oa a) (half ob b).
Hypothesis rel_cst : forall r, rel (cst oa r) (cst ob r).
Hypothesis rel_var : forall k, (k < size p)%nat -> rel (var oa k) (var ob k).
Hypothesis rel_act : forall i j a b, rel a b -> rel (act oa i j a) (act ob i j b).

Lemma rel_total (la : list A) (lb : list B) : Forall2 rel la lb -> rel (total oa la) (total ob lb).
Proof.
  intros H. destruct H as [|a b la lb Hab H]; [apply rel_cst|]. simpl. revert a b Hab.
  induction H as [|a' b' la lb Hab' H IH]; intros a b Hab; simpl; [exact Hab|]. apply IH. apply rel_add; assumption.
Qed.

Lemma rel_map (f : nat -> A) (g : nat -> B) l : (forall k, In k l -> rel (f k) (g k)) -> Forall2 rel (map f l) (map g l).
Proof.
  induction l as [|k l IH]; intros H; simpl; constructor.
  - apply H. left. reflexivity.
  - apply IH. intros k' Hk. apply H. right. exact Hk.
Qed.

Lemma loss_rel : rel (loss p oa) (loss p ob).
Proof.
  apply rel_half, rel_total, rel_map. intros i _. apply rel_total, rel_map. intros c Hc. apply in_seq in Hc.
  assert (R : rel (residual p oa i c) (residual p ob i c)).
  { apply rel_sub, rel_total, Forall2_app.
    - apply rel_map. intros j Hj. apply in_seq in Hj. apply rel_mul.
      + apply rel_var. unfold size. assert (c * units p + units p <= outputs p * units p)%nat by nia. lia.
      + apply rel_act. apply rel_total, Forall2_app.
        * apply rel_map. intros k Hk. apply in_seq in Hk. apply rel_mul; [|apply rel_cst]. apply rel_var.
          unfold size, hidden_size. assert (j * inputs p + inputs p <= units p * inputs p)%nat by nia. lia.
        * destruct (hidden_bias p) eqn:hb; constructor; [|constructor]. apply rel_var. unfold size, hidden_size. rewrite hb. lia.
    - destruct (output_bias p) eqn:ob'; constructor; [|constructor]. apply rel_var. unfold size. rewrite ob'. lia. }
  apply rel_mul; exact R.
Qed.
End Relation.

(** ** Functions of the parameters *)
Definition real_ops (s : R -> R) : ops (vec -> R) := {|
  add := fun a b th => a th + b th; sub_ := fun a r th => a th - of_rat r; mul := fun a b th => a th * b th; half := fun a th => a th / 2;
  cst := fun r _ => of_rat r; var := fun k th => th k; act := fun _ _ a th => s (a th) |}.

(** ** Jets: functions with a gradient and a Hessian *)
Record jet := { val : vec -> R; gr : vec -> nat -> R; he : vec -> nat -> nat -> R }.

Section Jets.
Variables (P : nat) (s s1 s2 : R -> R).
Hypothesis s_d : forall t, derivable_pt_lim s t (s1 t).
Hypothesis s1_d : forall t, derivable_pt_lim s1 t (s2 t).

Definition jet_ops : ops jet := {|
  add := fun a b => {| val := fun th => val a th + val b th; gr := fun th k => gr a th k + gr b th k;
                       he := fun th k l => he a th k l + he b th k l |};
  sub_ := fun a r => {| val := fun th => val a th - of_rat r; gr := gr a; he := he a |};
  mul := fun a b => {| val := fun th => val a th * val b th;
                       gr := fun th k => val a th * gr b th k + val b th * gr a th k;
                       he := fun th k l => val a th * he b th k l + val b th * he a th k l + (gr a th k * gr b th l + gr b th k * gr a th l) |};
  half := fun a => {| val := fun th => val a th / 2; gr := fun th k => gr a th k / 2; he := fun th k l => he a th k l / 2 |};
  cst := fun r => {| val := fun _ => of_rat r; gr := fun _ _ => 0; he := fun _ _ _ => 0 |};
  var := fun k => {| val := fun th => th k; gr := fun _ j => if (j =? k)%nat then 1 else 0; he := fun _ _ _ => 0 |};
  act := fun _ _ a => {| val := fun th => s (val a th); gr := fun th k => s1 (val a th) * gr a th k;
                         he := fun th k l => s1 (val a th) * he a th k l + s2 (val a th) * (gr a th k * gr a th l) |} |}.

(** the gradient and the Hessian in a direction *)
Definition slope (a : jet) (th d : vec) : R := sum P (fun k => gr a th k * d k).
Definition bend (a : jet) (th d : vec) : R := sum P (fun k => sum P (fun l => he a th k l * d k * d l)).

(** along every line the slope is the derivative of the value, and the bend that of the slope *)
Definition good (a : jet) : Prop := forall x d t,
  derivable_pt_lim (fun u => val a (line x d u)) t (slope a (line x d t) d) /\
  derivable_pt_lim (fun u => slope a (line x d u) d) t (bend a (line x d t) d).

Lemma slope_add a b th d : slope (add jet_ops a b) th d = slope a th d + slope b th d.
Proof. unfold slope. rewrite <- sum_plus. apply sum_ext. intros k _. simpl. ring. Qed.
Lemma bend_add a b th d : bend (add jet_ops a b) th d = bend a th d + bend b th d.
Proof.
  unfold bend. rewrite <- sum_plus. apply sum_ext. intros k _. rewrite <- sum_plus. apply sum_ext. intros l _. simpl. ring.
Qed.
Lemma slope_mul a b th d : slope (mul jet_ops a b) th d = val a th * slope b th d + val b th * slope a th d.
Proof. unfold slope. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros k _. simpl. ring. Qed.
Lemma sum_product n (f g : nat -> R) : sum n (fun k => sum n (fun l => f k * g l)) = sum n f * sum n g.
Proof.
  rewrite (sum_ext n _ (fun k => sum n g * f k)).
  - rewrite sum_scal. ring.
  - intros k _. rewrite sum_scal. ring.
Qed.
Lemma bend_mul a b th d : bend (mul jet_ops a b) th d
  = val a th * bend b th d + val b th * bend a th d + 2 * (slope a th d * slope b th d).
Proof.
  unfold slope. rewrite <- (sum_product P (fun k => gr a th k * d k)). unfold bend. rewrite <- !sum_scal, <- !sum_plus.
  assert (S : sum P (fun k => sum P (fun l => gr b th k * d k * (gr a th l * d l)))
            = sum P (fun k => sum P (fun l => gr a th k * d k * (gr b th l * d l)))) by (rewrite !sum_product; ring).
  transitivity (sum P (fun k => (val a th * sum P (fun l => he b th k l * d k * d l) + val b th * sum P (fun l => he a th k l * d k * d l))
                + (sum P (fun l => gr a th k * d k * (gr b th l * d l)) + sum P (fun l => gr b th k * d k * (gr a th l * d l))))).
  - apply sum_ext. intros k _. rewrite <- !sum_scal, <- !sum_plus. apply sum_ext. intros l _. simpl. ring.
  - rewrite sum_plus. rewrite (sum_plus P (fun k => sum P (fun l => gr a th k * d k * (gr b th l * d l)))). rewrite S.
    rewrite <- sum_plus. rewrite <- sum_plus. apply sum_ext. intros k _. ring.
Qed.
Lemma slope_half a th d : slope (half jet_ops a) th d = slope a th d * / 2.
Proof. unfold slope. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros k _. simpl. field. Qed.
Lemma bend_half a th d : bend (half jet_ops a) th d = bend a th d * / 2.
Proof.
  unfold bend. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros k _. rewrite <- sum_scal. apply sum_ext. intros l _. simpl. field.
Qed.
Lemma slope_act i j a th d : slope (act jet_ops i j a) th d = s1 (val a th) * slope a th d.
Proof. unfold slope. rewrite <- sum_scal. apply sum_ext. intros k _. simpl. ring. Qed.
Lemma bend_act i j a th d : bend (act jet_ops i j a) th d = s1 (val a th) * bend a th d + s2 (val a th) * (slope a th d * slope a th d).
Proof.
  unfold slope. rewrite <- (sum_product P (fun k => gr a th k * d k)). unfold bend. rewrite <- !sum_scal, <- sum_plus.
  apply sum_ext. intros k _. rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros l _. simpl. ring.
Qed.

Lemma lim_ext (f g : R -> R) t l : (forall u, g u = f u) -> derivable_pt_lim f t l -> derivable_pt_lim g t l.
Proof. intros H D e He. destruct (D e He) as [r Hr]. exists r. intros h H0 Hh. rewrite !H. apply Hr; assumption. Qed.
Lemma lim_value (f : R -> R) t l l' : l = l' -> derivable_pt_lim f t l' -> derivable_pt_lim f t l.
Proof. intros ->. auto. Qed.

Lemma good_add a b : good a -> good b -> good (add jet_ops a b).
Proof.
  intros Ga Gb x d t. destruct (Ga x d t) as [A1 A2], (Gb x d t) as [B1 B2]. split.
  - rewrite slope_add. apply (derivable_pt_lim_plus _ _ t _ _ A1 B1).
  - rewrite bend_add. eapply lim_ext; [intros u; apply slope_add|]. apply (derivable_pt_lim_plus _ _ t _ _ A2 B2).
Qed.
Lemma good_sub a r : good a -> good (sub_ jet_ops a r).
Proof.
  intros Ga x d t. destruct (Ga x d t) as [A1 A2]. split; [|exact A2].
  apply (lim_value _ _ _ (slope a (line x d t) d - 0)); [unfold slope; simpl; ring|].
  apply (derivable_pt_lim_minus _ _ t _ _ A1 (derivable_pt_lim_const _ t)).
Qed.
Lemma good_mul a b : good a -> good b -> good (mul jet_ops a b).
Proof.
  intros Ga Gb x d t. destruct (Ga x d t) as [A1 A2], (Gb x d t) as [B1 B2]. split.
  - rewrite slope_mul. eapply lim_value; [|apply (derivable_pt_lim_mult _ _ t _ _ A1 B1)]. ring.
  - rewrite bend_mul. eapply lim_ext; [intros u; apply slope_mul|].
    eapply lim_value; [|apply (derivable_pt_lim_plus _ _ t _ _ (derivable_pt_lim_mult _ _ t _ _ A1 B2) (derivable_pt_lim_mult _ _ t _ _ B1 A2))].
    ring.
Qed.
Lemma good_half a : good a -> good (half jet_ops a).
Proof.
  intros Ga x d t. destruct (Ga x d t) as [A1 A2]. split.
  - rewrite slope_half. eapply lim_value; [|apply (derivable_pt_lim_mult _ _ t _ _ A1 (derivable_pt_lim_const (/ 2) t))]. unfold fct_cte. ring.
  - rewrite bend_half. eapply lim_ext; [intros u; apply slope_half|].
    eapply lim_value; [|apply (derivable_pt_lim_mult _ _ t _ _ A2 (derivable_pt_lim_const (/ 2) t))]. unfold fct_cte. ring.
Qed.
Lemma good_cst r : good (cst jet_ops r).
Proof.
  intros x d t. assert (Z1 : forall th, slope (cst jet_ops r) th d = 0) by (intros th; apply sum_zero; intros; simpl; ring).
  assert (Z2 : forall th, bend (cst jet_ops r) th d = 0) by (intros th; apply sum_zero; intros; apply sum_zero; intros; simpl; ring). split.
  - rewrite Z1. apply derivable_pt_lim_const.
  - rewrite Z2. eapply lim_ext; [intros u; apply Z1|]. apply derivable_pt_lim_const.
Qed.
Lemma good_var k : (k < P)%nat -> good (var jet_ops k).
Proof.
  intros Hk x d t. assert (S : forall th, slope (var jet_ops k) th d = d k).
  { intros th. unfold slope. rewrite (sum_single P _ k Hk).
    - simpl. rewrite Nat.eqb_refl. ring.
    - intros l _ ne. simpl. destruct (Nat.eqb_spec l k); [contradiction|ring]. }
  assert (Z : forall th, bend (var jet_ops k) th d = 0) by (intros th; apply sum_zero; intros; apply sum_zero; intros; simpl; ring). split.
  - rewrite S. simpl. unfold line.
    eapply lim_value; [|apply (derivable_pt_lim_plus _ _ t _ _ (derivable_pt_lim_const (x k) t)
      (derivable_pt_lim_mult _ _ t _ _ (derivable_pt_lim_id t) (derivable_pt_lim_const (d k) t)))]. unfold id, fct_cte. ring.
  - rewrite Z. eapply lim_ext; [intros u; apply S|]. apply derivable_pt_lim_const.
Qed.
Lemma good_act i j a : good a -> good (act jet_ops i j a).
Proof.
  intros Ga x d t. destruct (Ga x d t) as [A1 A2]. split.
  - rewrite slope_act. apply (derivable_pt_lim_comp _ s t _ _ A1 (s_d _)).
  - rewrite bend_act. eapply lim_ext; [intros u; apply slope_act|].
    eapply lim_value; [|apply (derivable_pt_lim_mult _ _ t _ _ (derivable_pt_lim_comp _ s1 t _ _ A1 (s1_d _)) A2)].
    unfold comp. ring.
Qed.
End Jets.
