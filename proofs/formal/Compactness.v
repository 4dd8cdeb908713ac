(* Continuity and compactness in R^P, and continuity of the loss of a network.

   Modelling.  Vectors and `close` (distance in the maximum norm) are those of Basins.v; `compact` speaks of open covers.
   `continuous_on P K E x`: E restricted to K is continuous at x.  It implies that E on K depends on the first P coordinates alone. *)
Require Import Reals Lra Lia PeanoNat List Bool Classical.
From Coquelicot Require Import Coquelicot.
From Exactland Require Import Sums Basins Networks.
Import ListNotations.
Open Scope R_scope.

Definition continuous_on (P : nat) (K : vec -> Prop) (E : vec -> R) (x : vec) : Prop :=
  forall eps, 0 < eps -> exists delta, 0 < delta /\ forall y, K y -> close P delta x y -> Rabs (E x - E y) < eps.
Definition continuous_at (P : nat) (E : vec -> R) (x : vec) : Prop := continuous_on P (fun _ => True) E x.
Definition box (P : nat) (c rho : vec) (x : vec) : Prop := forall k, (k < P)%nat -> Rabs (x k - c k) <= rho k.

Lemma continuous_at_on P K E x : continuous_at P E x -> continuous_on P K E x.
Proof. intros H e He. destruct (H e He) as [d [Hd Hy]]. exists d. split; [exact Hd|]. intros y _. apply Hy, I. Qed.

Lemma continuous_ext P (K : vec -> Prop) E x y : K y -> continuous_on P K E x -> (forall k, (k < P)%nat -> x k = y k) -> E x = E y.
Proof.
  intros Ky Hc Hxy. destruct (Req_dec (E x) (E y)) as [|ne]; [assumption|exfalso].
  assert (Hp : 0 < Rabs (E x - E y)) by (apply Rabs_pos_lt; lra).
  destruct (Hc _ Hp) as [d [Hd H]]. assert (Rabs (E x - E y) < Rabs (E x - E y)); [|lra]. apply H; [exact Ky|].
  intros k Hk. rewrite (Hxy k Hk), Rminus_diag_eq, Rabs_R0 by reflexivity. exact Hd.
Qed.

(* the inside of A: all points of K near x are in A *)
Definition inside (P : nat) (K A : vec -> Prop) (x : vec) : Prop :=
  exists d, 0 < d /\ forall z, K z -> close P d x z -> A z.
Lemma inside_open P K A : open P (inside P K A).
Proof.
  intros x [d [Hd H]]. exists (d / 2). split; [lra|]. intros y Hy. exists (d / 2). split; [lra|].
  intros z Kz Hz. apply H; [exact Kz|]. apply close_le with (d / 2 + d / 2); [lra|]. apply close_trans with y; assumption.
Qed.

(* ---------- minima on compact sets ---------- *)
Lemma least_of (A : Type) (f : A -> R) (l : list A) : l <> [] -> exists a, In a l /\ forall b, In b l -> f a <= f b.
Proof.
  induction l as [|a l IH]; intros Hn; [congruence|]. destruct l as [|a' l'].
  - exists a. split; [left; reflexivity|]. intros b [<-|[]]. lra.
  - destruct IH as [b [Hb Hm]]; [discriminate|]. destruct (Rle_lt_dec (f a) (f b)) as [H|H].
    + exists a. split; [left; reflexivity|]. intros e [<-|He]; [lra|]. generalize (Hm e He). lra.
    + exists b. split; [right; exact Hb|]. intros e [<-|He]; [lra|apply Hm, He].
Qed.

Theorem minimum_exists P (K : vec -> Prop) E : compact P K -> (exists x, K x) -> (forall x, K x -> continuous_on P K E x) ->
  exists x, K x /\ forall y, K y -> E x <= E y.
Proof.
  intros Hc [x0 K0] HE.
  destruct (classic (exists x, K x /\ forall y, K y -> E x <= E y)) as [|Hno]; [assumption|exfalso].
  destruct (Hc {y | K y} (fun y => inside P K (fun z => E (proj1_sig y) < E z))) as [l Hl].
  - intros y. apply inside_open.
  - intros x Kx. destruct (classic (exists y, K y /\ E y < E x)) as [[y [Ky Hy]]|Hn].
    + exists (exist _ y Ky). simpl. destruct (HE x Kx (E x - E y) ltac:(lra)) as [d [Hd H]].
      exists d. split; [exact Hd|]. intros z Kz Hz. generalize (H z Kz Hz) (Rle_abs (E x - E z)). lra.
    + exfalso. apply Hno. exists x. split; [exact Kx|]. intros y Ky.
      destruct (Rle_lt_dec (E x) (E y)) as [|Hlt]; [assumption|exfalso]. apply Hn. exists y. split; assumption.
  - assert (Hin : forall x, K x -> exists y, In y l /\ E (proj1_sig y) < E x).
    { intros x Kx. destruct (Hl x Kx) as [y [Hy [d [Hd H]]]]. exists y. split; [exact Hy|].
      apply H; [exact Kx|apply close_refl, Hd]. }
    destruct (least_of _ (fun y => E (proj1_sig y)) l) as [[a Ka] [Ha Hm]].
    + destruct (Hin x0 K0) as [y [Hy _]]. intros e. rewrite e in Hy. exact Hy.
    + destruct (Hin a Ka) as [y [Hy Hlt]]. generalize (Hm y Hy). simpl. lra.
Qed.

(* a sublevel set of a continuous function on a compact set is compact *)
Lemma sublevel_compact P (K : vec -> Prop) E m : compact P K -> (forall x, K x -> continuous_on P K E x) ->
  compact P (fun x => K x /\ E x <= m).
Proof.
  intros Hc HE I U HU Hcov.
  destruct (Hc (option I) (fun o => match o with Some i => U i | None => inside P K (fun z => m < E z) end)) as [l Hl].
  - intros [i|]; [apply HU|apply inside_open].
  - intros x Kx. destruct (Rle_lt_dec (E x) m) as [Hle|Hlt].
    + destruct (Hcov x (conj Kx Hle)) as [i Hi]. exists (Some i). exact Hi.
    + exists None. destruct (HE x Kx (E x - m) ltac:(lra)) as [d [Hd H]].
      exists d. split; [exact Hd|]. intros z Kz Hz. generalize (H z Kz Hz) (Rle_abs (E x - E z)). lra.
  - exists (flat_map (fun o => match o with Some i => [i] | None => [] end) l).
    intros x [Kx Hx]. destruct (Hl x Kx) as [[i|] [Hi Hu]].
    + exists i. split; [|exact Hu]. apply in_flat_map. exists (Some i). split; [exact Hi|left; reflexivity].
    + exfalso. destruct Hu as [d [Hd H]]. generalize (H x Kx (close_refl P d x Hd)). lra.
Qed.

(* a closed subset of a compact set is compact *)
Lemma closed_subset_compact P (K S : vec -> Prop) : compact P K -> closed P S -> compact P (fun x => K x /\ S x).
Proof.
  intros Hc HS I U HU Hcov.
  destruct (Hc (option I) (fun o => match o with Some i => U i | None => fun x => ~ S x end)) as [l Hl].
  - intros [i|]; [apply HU|exact HS].
  - intros x Kx. destruct (classic (S x)) as [Sx|Sx].
    + destruct (Hcov x (conj Kx Sx)) as [i Hi]. exists (Some i). exact Hi.
    + exists None. exact Sx.
  - exists (flat_map (fun o => match o with Some i => [i] | None => [] end) l).
    intros x [Kx Sx]. destruct (Hl x Kx) as [[i|] [Hi Hu]]; [|contradiction].
    exists i. split; [|exact Hu]. apply in_flat_map. exists (Some i). split; [exact Hi|left; reflexivity].
Qed.

(* ---------- boxes are compact ---------- *)
Lemma real_induction (Q : R -> Prop) a b : a <= b ->
  (forall t, a <= t <= b -> exists e, 0 < e /\
     forall u v, a <= u <= b -> a <= v <= b -> Rabs (u - t) < e -> Rabs (v - t) < e -> Q u -> Q v) -> Q a -> Q b.
Proof.
  intros Hab Hstep Qa.
  destruct (completeness (fun t => a <= t <= b /\ Q t)) as [t [Hub Hlub]].
  { exists b. intros t [Ht _]. lra. }
  { exists a. split; [lra|exact Qa]. }
  assert (Ha : a <= t) by (apply Hub; split; [lra|exact Qa]).
  assert (Hb : t <= b) by (apply Hlub; intros u [Hu _]; lra).
  destruct (Hstep t (conj Ha Hb)) as [e [He H]].
  assert (Hu : exists u, (a <= u <= b /\ Q u) /\ t - e < u).
  { destruct (classic (exists u, (a <= u <= b /\ Q u) /\ t - e < u)) as [|Hn]; [assumption|exfalso].
    assert (t <= t - e); [|lra]. apply Hlub. intros u Hu. destruct (Rle_lt_dec u (t - e)) as [|Hlt]; [assumption|].
    exfalso. apply Hn. exists u. split; assumption. }
  destruct Hu as [u [[Hu Qu] Hlt]]. assert (u <= t) by (apply Hub; split; assumption).
  set (v := Rmin b (t + e / 2)).
  assert (Hv1 : v <= b) by apply Rmin_l. assert (Hv2 : v <= t + e / 2) by apply Rmin_r.
  assert (Hv3 : t <= v) by (apply Rmin_glb; lra).
  assert (Qv : Q v).
  { apply (H u v Hu); [lra| | |exact Qu]; apply Rabs_def1; lra. }
  assert (v <= t) by (apply Hub; split; [lra|exact Qv]).
  assert (v = b); [|subst v; congruence]. unfold v in *. destruct (Rle_lt_dec b (t + e / 2)).
  - apply Rmin_left. assumption.
  - rewrite Rmin_right in * by lra. lra.
Qed.

Section Box.
Variables (P : nat) (c rho : vec).
Hypothesis rho_pos : forall k, (k < P)%nat -> 0 <= rho k.
Variables (I : Type) (U : I -> vec -> Prop).
Hypothesis U_open : forall i, open P (U i).
Hypothesis U_cover : forall x, box P c rho x -> exists i, U i x.

Let covered (A : vec -> Prop) : Prop := exists l : list I, forall x, A x -> exists i, In i l /\ U i x.
(* the first k coordinates are free *)
Let slab (k : nat) (x : vec) (e : R) (y : vec) : Prop :=
  box P c rho y /\ forall j, (k <= j)%nat -> (j < P)%nat -> Rabs (y j - x j) < e.
Let set (x : vec) (k : nat) (t : R) : vec := fun j => if (j =? k)%nat then t else x j.

Lemma set_box x k t : box P c rho x -> Rabs (t - c k) <= rho k -> box P c rho (set x k t).
Proof. intros Hx Ht j Hj. unfold set. destruct (Nat.eqb_spec j k) as [->|]; [exact Ht|apply Hx, Hj]. Qed.

Lemma slab_covered k : (k <= P)%nat -> forall x, box P c rho x -> exists e, 0 < e /\ covered (slab k x e).
Proof.
  induction k as [|k IH]; intros Hk x Hx.
  - destruct (U_cover x Hx) as [i Hi]. destruct (U_open i x Hi) as [e [He H]].
    exists e. split; [exact He|]. exists [i]. intros y [_ Hy]. exists i. split; [left; reflexivity|].
    apply H, close_sym. intros j Hj. apply Hy; [lia|exact Hj].
  - assert (Hr := rho_pos k ltac:(lia)).
    pose (Q := fun t => exists e, 0 < e /\ covered (fun y => y k <= t /\ slab (S k) x e y)).
    assert (HQ : Q (c k + rho k)).
    { apply (real_induction Q (c k - rho k)); [lra| |].
      - intros t Ht. destruct (IH ltac:(lia) (set x k t)) as [e [He [l Hl]]].
        { apply set_box; [exact Hx|]. apply Rabs_le. lra. }
        exists e. split; [exact He|]. intros u v Hu Hv Hut Hvt [e' [He' [l' Hl']]].
        exists (Rmin e e'). split; [apply Rmin_glb_lt; assumption|]. exists (l ++ l').
        intros y [Hy [By Hs]]. destruct (Rle_lt_dec (y k) u) as [Hle|Hlt].
        + destruct (Hl' y) as [i [Hi Ui]].
          { split; [exact Hle|]. split; [exact By|]. intros j Hj Hj'. generalize (Hs j Hj Hj') (Rmin_r e e'). lra. }
          exists i. split; [apply in_or_app; right; exact Hi|exact Ui].
        + destruct (Hl y) as [i [Hi Ui]].
          { split; [exact By|]. intros j Hj Hj'. unfold set. destruct (Nat.eqb_spec j k) as [->|ne].
            - apply Rabs_def2 in Hut. apply Rabs_def2 in Hvt. apply Rabs_def1; lra.
            - generalize (Hs j ltac:(lia) Hj') (Rmin_l e e'). lra. }
          exists i. split; [apply in_or_app; left; exact Hi|exact Ui].
      - destruct (IH ltac:(lia) (set x k (c k - rho k))) as [e [He [l Hl]]].
        { apply set_box; [exact Hx|]. apply Rabs_le. lra. }
        exists e. split; [exact He|]. exists l. intros y [Hy [By Hs]]. apply Hl. split; [exact By|].
        intros j Hj Hj'. unfold set. destruct (Nat.eqb_spec j k) as [->|ne]; [|apply Hs; lia].
        generalize (Rabs_le_between (y k - c k) (rho k)). intros Hb. apply Hb in By; [|exact Hj'].
        replace (y k - (c k - rho k)) with 0 by lra. rewrite Rabs_R0. exact He. }
    destruct HQ as [e [He [l Hl]]]. exists e. split; [exact He|]. exists l. intros y Hy. apply Hl. split; [|exact Hy].
    assert (By := proj1 Hy k ltac:(lia)). apply Rabs_le_between in By. lra.
Qed.
End Box.

(* a closed bounded box is compact (empty if a radius is negative) *)
Theorem box_compact P c rho : compact P (box P c rho).
Proof.
  intros I U HU Hcov. destruct (classic (exists x, box P c rho x)) as [[x Hx]|Hn].
  - assert (Hr : forall k, (k < P)%nat -> 0 <= rho k).
    { intros k Hk. generalize (Hx k Hk) (Rabs_pos (x k - c k)). lra. }
    destruct (slab_covered P c rho Hr I U HU Hcov P (le_n P) x Hx) as [e [He [l Hl]]].
    exists l. intros y Hy. apply Hl. split; [exact Hy|]. intros j Hj Hj'. lia.
  - exists []. intros x Hx. exfalso. apply Hn. exists x. exact Hx.
Qed.

(* ---------- continuity of sums, products, compositions, networks ---------- *)
Section Continuity.
Variables (P : nat) (x : vec).
Notation cont f := (continuous_at P f x).

Lemma cont_const a : cont (fun _ => a).
Proof. intros e He. exists 1. split; [lra|]. intros. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He. Qed.
Lemma cont_coord k : (k < P)%nat -> cont (fun y => y k).
Proof. intros Hk e He. exists e. split; [exact He|]. intros y _ Hy. apply Hy, Hk. Qed.
(* a real function of finitely many continuous functions *)
Lemma cont_comp (s : R -> R) f : continuity_pt s (f x) -> cont f -> cont (fun y => s (f y)).
Proof.
  intros Hs Hf e He. destruct (Hs e He) as [a [Ha H]]. destruct (Hf a Ha) as [d [Hd Hy]].
  exists d. split; [exact Hd|]. intros y _ Hc. destruct (Req_dec (f y) (f x)) as [->|ne].
  - rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He.
  - rewrite Rabs_minus_sym. apply (H (f y)). split.
    + split; [exact Logic.I|]. intros h. apply ne. symmetry. exact h.
    + simpl. unfold R_dist. rewrite Rabs_minus_sym. apply Hy; [exact Logic.I|exact Hc].
Qed.
Lemma cont_plus f g : cont f -> cont g -> cont (fun y => f y + g y).
Proof.
  intros Hf Hg e He. destruct (Hf (e / 2) ltac:(lra)) as [d [Hd H]]. destruct (Hg (e / 2) ltac:(lra)) as [d' [Hd' H']].
  exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|]. intros y _ Hy.
  replace (f x + g x - (f y + g y)) with ((f x - f y) + (g x - g y)) by ring.
  eapply Rle_lt_trans; [apply Rabs_triang|].
  generalize (H y Logic.I (close_le _ _ _ _ _ (Rmin_l d d') Hy)) (H' y Logic.I (close_le _ _ _ _ _ (Rmin_r d d') Hy)). lra.
Qed.
Lemma cont_scal a f : cont f -> cont (fun y => a * f y).
Proof.
  intros Hf. apply (cont_comp (fun t => a * t)); [|exact Hf].
  apply derivable_continuous_pt. exists (a * 1). apply derivable_pt_lim_scal, derivable_pt_lim_id.
Qed.
Lemma cont_square f : cont f -> cont (fun y => f y * f y).
Proof.
  intros Hf. apply (cont_comp (fun t => t * t)); [|exact Hf].
  apply derivable_continuous_pt. eexists. apply derivable_pt_lim_mult; apply derivable_pt_lim_id.
Qed.
Lemma cont_ext f g : (forall y, f y = g y) -> cont f -> cont g.
Proof.
  intros H Hf e He. destruct (Hf e He) as [d [Hd Hy]]. exists d. split; [exact Hd|]. intros y Hi Hc.
  rewrite <- !H. apply Hy; assumption.
Qed.
Lemma cont_mult f g : cont f -> cont g -> cont (fun y => f y * g y).
Proof.
  intros Hf Hg. apply (cont_ext (fun y => / 2 * ((f y + g y) * (f y + g y)) + (- / 2 * (f y * f y) + - / 2 * (g y * g y)))).
  - intros y. field.
  - apply cont_plus; [|apply cont_plus]; apply cont_scal, cont_square; try assumption. apply cont_plus; assumption.
Qed.
Lemma cont_sum n f : (forall j, (j < n)%nat -> cont (f j)) -> cont (fun y => sum n (fun j => f j y)).
Proof.
  induction n as [|n IH]; intros H; simpl; [apply cont_const|].
  apply (cont_plus (fun y => sum n (fun j => f j y)) (f n)); [apply IH; auto|apply H; lia].
Qed.

Lemma cont_dense n d b (off : nat) (a : vec -> nat -> R) u : (off + dsize n d b <= P)%nat -> (u < d)%nat ->
  (forall j, (j < n)%nat -> cont (fun y => a y j)) -> cont (fun y => dense n d b (shift off y) (a y) u).
Proof.
  intros HP Hu Ha. unfold dense, shift, dsize in *. assert (u * n + n <= d * n)%nat by nia.
  apply (cont_plus (fun y => sum n (fun j => a y j * y (off + (u * n + j))%nat))).
  - apply cont_sum. intros j Hj. apply cont_mult; [apply Ha, Hj|]. apply cont_coord. lia.
  - destruct b; [|apply cont_const]. simpl in *. apply cont_coord. lia.
Qed.

Definition continuous_layers (ls : list layer) : Prop :=
  forall d b s, In (d, b, s) ls -> forall u z, continuity_pt (s u) z.

Lemma cont_feat ls : continuous_layers ls -> forall n (off : nat) (a : vec -> nat -> R), (off + size n ls <= P)%nat ->
  (forall j, (j < n)%nat -> cont (fun y => a y j)) ->
  forall u, (u < width n ls)%nat -> cont (fun y => feat n ls (shift off y) (a y) u).
Proof.
  induction ls as [|[[d b] s] r IH]; intros Hs n off a HP Ha u Hu; simpl in *; [apply Ha, Hu|].
  apply (cont_ext (fun y => feat d r (shift (off + dsize n d b) y) (fun u => s u (dense n d b (shift off y) (a y) u)) u)).
  { intros y. f_equal. apply FunctionalExtensionality.functional_extensionality. intros k. unfold shift. f_equal. lia. }
  apply IH; [|lia| |exact Hu].
  - intros d' b' s' Hin. apply (Hs d' b' s'). right. exact Hin.
  - intros j Hj. apply (cont_comp (s j)).
    + apply (Hs d b s (or_introl eq_refl)).
    + apply cont_dense; [lia|exact Hj|exact Ha].
Qed.
Lemma cont_net n ls q b X c : continuous_layers ls -> (params n ls q b <= P)%nat -> (c < q)%nat ->
  cont (fun y => net n ls q b y X c).
Proof.
  unfold params, net. intros Hs HP Hc. apply cont_dense; [lia|exact Hc|].
  apply (cont_feat ls Hs n 0 (fun _ => X)); [lia|]. intros. apply cont_const.
Qed.
End Continuity.
