(* Basins, strict minima, and lines of equal loss ("Setting and words", "Basins", 4.1 and the end of 4.2 in docs/theorems).

   Modelling choices.
   - A point of R^P is a function nat -> R of which only the entries below P count. Sets of points are predicates; as the entries from P on must not count,
     a basin is asked to be saturated: with x it has every y that agrees with x below P.
   - Distance is the largest difference of the P coordinates (close: below eps, strictly). It is the same notion of basin, strict minimum, open and compact
     as with the Euclidean distance and "at most eps": proved at the end of this file (basin_euclidean, strict_min_euclidean).
   - Compact means: every open cover has a finite subcover, with no appeal to a metric.
   - A basin is as in docs/theorems: a non-empty compact set S with an eps > 0 such that E x < E y for all x in S and all y outside S within eps of S.
     E is any function; it need not be continuous, nor constant on S.
   - Sub-optimal: some u has E u < E x for every x in S. Where E has a minimum over S (E continuous) this says min_S E > inf E.
   - E is defined everywhere. Where docs/theorems allows activations that are not, E is a function on a smaller set; that case is not formalised. *)
Require Import Reals Lra Lia PeanoNat List Bool.
From Exactland Require Import Sums.
Import ListNotations.
Open Scope R_scope.

(* ---------- R^P: vectors are functions read at indices < P ---------- *)
Definition vec := nat -> R.
Definition close (P : nat) (eps : R) (x y : vec) : Prop :=
  forall k, (k < P)%nat -> Rabs (x k - y k) < eps.
Definition open (P : nat) (U : vec -> Prop) : Prop :=
  forall x, U x -> exists eps, 0 < eps /\ forall y, close P eps x y -> U y.
Definition closed (P : nat) (S : vec -> Prop) : Prop := open P (fun x => ~ S x).
Definition bounded (P : nat) (S : vec -> Prop) : Prop :=
  exists M, forall x, S x -> forall k, (k < P)%nat -> Rabs (x k) <= M.
(* membership depends on the first P coordinates only *)
Definition saturated (P : nat) (S : vec -> Prop) : Prop :=
  forall x y, (forall k, (k < P)%nat -> x k = y k) -> S x -> S y.
(* compact: every open cover has a finite subcover *)
Definition compact (P : nat) (S : vec -> Prop) : Prop :=
  forall (I : Type) (U : I -> vec -> Prop),
    (forall i, open P (U i)) -> (forall x, S x -> exists i, U i x) ->
    exists l : list I, forall x, S x -> exists i, In i l /\ U i x.

(* a set-wise strict local minimum *)
Definition basin (P : nat) (E : vec -> R) (S : vec -> Prop) : Prop :=
  (exists x, S x) /\ saturated P S /\ compact P S /\
  exists eps, 0 < eps /\
    forall x y, S x -> ~ S y -> (exists z, S z /\ close P eps z y) -> E x < E y.

(* some point is below the whole set *)
Definition suboptimal (E : vec -> R) (S : vec -> Prop) : Prop :=
  exists u, forall x, S x -> E u < E x.

(* the point at parameter t of the line through p with direction d *)
Definition line (p d : vec) (t : R) : vec := fun k => p k + t * d k.

Lemma close_refl P eps x : 0 < eps -> close P eps x x.
Proof. intros He k _. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. exact He. Qed.
Lemma close_sym P eps x y : close P eps x y -> close P eps y x.
Proof. intros H k Hk. rewrite Rabs_minus_sym. apply H, Hk. Qed.
Lemma close_trans P d e x y z : close P d x y -> close P e y z -> close P (d + e) x z.
Proof.
  intros H1 H2 k Hk. replace (x k - z k) with ((x k - y k) + (y k - z k)) by ring.
  eapply Rle_lt_trans; [apply Rabs_triang|]. generalize (H1 k Hk) (H2 k Hk). lra.
Qed.
Lemma close_le P d e x y : d <= e -> close P d x y -> close P e x y.
Proof. intros Hde H k Hk. generalize (H k Hk). lra. Qed.

(* compact sets are bounded (cover by the boxes |x_k| < n) and closed (cover by the complements of small boxes around a point outside) *)
Lemma compact_bounded P S : compact P S -> bounded P S.
Proof.
  intros H.
  destruct (H nat (fun n x => forall k, (k < P)%nat -> Rabs (x k) < INR n)) as [l Hl].
  - intros n x Hx.
    assert (exists e, 0 < e /\ forall k, (k < P)%nat -> Rabs (x k) + e <= INR n) as [e [He Hk]].
    { clear H. revert Hx. induction P as [|P IH]; intros Hx.
      - exists 1. split; [lra|intros; lia].
      - destruct IH as [e [He Hk]]; [intros; apply Hx; lia|].
        assert (HP := Hx P ltac:(lia)).
        exists (Rmin e (INR n - Rabs (x P))). split.
        + apply Rmin_glb_lt; lra.
        + intros k Hk'. destruct (Nat.eq_dec k P) as [->|].
          * generalize (Rmin_r e (INR n - Rabs (x P))). lra.
          * generalize (Rmin_l e (INR n - Rabs (x P))) (Hk k ltac:(lia)). lra. }
    exists e. split; [exact He|]. intros y Hy k Hk'.
    specialize (Hk k Hk'). specialize (Hy k Hk').
    assert (Rabs (y k) <= Rabs (x k) + Rabs (x k - y k)).
    { replace (y k) with (x k - (x k - y k)) at 1 by ring.
      unfold Rminus at 1. eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra. }
    lra.
  - intros x _.
    assert (exists M, forall k, (k < P)%nat -> Rabs (x k) < M) as [M HM].
    { clear H. induction P as [|P [M HM]]; [exists 0; intros; lia|].
      exists (Rmax M (Rabs (x P) + 1)). intros k Hk.
      destruct (Nat.eq_dec k P) as [->|].
      - generalize (Rmax_r M (Rabs (x P) + 1)). lra.
      - generalize (Rmax_l M (Rabs (x P) + 1)) (HM k ltac:(lia)). lra. }
    destruct (INR_unbounded M) as [n Hn]. exists n. intros k Hk. specialize (HM k Hk). lra.
  - assert (exists M, forall n, In n l -> INR n <= M) as [M HM].
    { clear. induction l as [|a l [M HM]]; [exists 0; intros n []|].
      exists (Rmax M (INR a)). intros n [<-|Hn]; [apply Rmax_r|].
      eapply Rle_trans; [apply HM, Hn|apply Rmax_l]. }
    exists M. intros x Sx k Hk. destruct (Hl x Sx) as [n [Hn Hx]].
    specialize (HM n Hn). specialize (Hx k Hk). lra.
Qed.

Lemma compact_closed P S : saturated P S -> compact P S -> closed P S.
Proof.
  intros Hsat H x Hx.
  destruct (H nat (fun n y => exists k, (k < P)%nat /\ / (INR n + 1) < Rabs (x k - y k))) as [l Hl].
  - intros n y [k [Hk Hd]].
    exists (Rabs (x k - y k) - / (INR n + 1)). split; [lra|].
    intros z Hz. exists k. split; [exact Hk|]. specialize (Hz k Hk).
    assert (Rabs (x k - y k) <= Rabs (x k - z k) + Rabs (y k - z k)).
    { replace (x k - y k) with ((x k - z k) + - (y k - z k)) by ring.
      eapply Rle_trans; [apply Rabs_triang|]. rewrite Rabs_Ropp. lra. }
    lra.
  - intros y Sy. destruct (pivot P (fun k => x k - y k)) as [[k [Hk Hne]]|Hz].
    + assert (0 < Rabs (x k - y k)) by (apply Rabs_pos_lt; exact Hne).
      destruct (INR_unbounded (/ Rabs (x k - y k))) as [n Hn].
      exists n, k. split; [exact Hk|].
      rewrite <- (Rinv_inv (Rabs (x k - y k))).
      apply Rinv_lt_contravar; [|lra].
      assert (0 < / Rabs (x k - y k)) by (apply Rinv_0_lt_compat; lra).
      generalize (pos_INR n). intros. apply Rmult_lt_0_compat; lra.
    + exfalso. apply Hx. apply (Hsat y x); [|exact Sy].
      intros k Hk. specialize (Hz k Hk). cbv beta in Hz. lra.
  - assert (exists e, 0 < e /\ forall n, In n l -> e <= / (INR n + 1)) as [e [He Hel]].
    { clear. induction l as [|a l [e [He Hel]]]; [exists 1; split; [lra|intros n []]|].
      exists (Rmin e (/ (INR a + 1))). split.
      - apply Rmin_glb_lt; [exact He|]. apply Rinv_0_lt_compat. generalize (pos_INR a). lra.
      - intros n [<-|Hn]; [apply Rmin_r|]. eapply Rle_trans; [apply Rmin_l|apply Hel, Hn]. }
    exists e. split; [exact He|]. intros y Hy Sy.
    destruct (Hl y Sy) as [n [Hn [k [Hk Hd]]]].
    specialize (Hel n Hn). specialize (Hy k Hk). lra.
Qed.

(* entries of a vector are bounded; near parameters give near points of a line *)
Lemma dir_bound P (d : vec) : exists B, 0 < B /\ forall k, (k < P)%nat -> Rabs (d k) < B.
Proof.
  induction P as [|P [B [HB H]]]; [exists 1; split; [lra|intros; lia]|].
  exists (Rmax B (Rabs (d P) + 1)). split.
  - generalize (Rmax_l B (Rabs (d P) + 1)). lra.
  - intros k Hk. destruct (Nat.eq_dec k P) as [->|].
    + generalize (Rmax_r B (Rabs (d P) + 1)). lra.
    + generalize (Rmax_l B (Rabs (d P) + 1)) (H k ltac:(lia)). lra.
Qed.

Lemma line_close P p d B s t eps : 0 < B -> (forall k, (k < P)%nat -> Rabs (d k) < B) ->
  0 < eps -> Rabs (s - t) <= eps / B -> close P eps (line p d s) (line p d t).
Proof.
  intros HB Hd He Hst k Hk. unfold line.
  replace (p k + s * d k - (p k + t * d k)) with ((s - t) * d k) by ring.
  rewrite Rabs_mult. specialize (Hd k Hk).
  apply Rle_lt_trans with (eps / B * Rabs (d k)).
  - apply Rmult_le_compat_r; [apply Rabs_pos|exact Hst].
  - apply Rlt_le_trans with (eps / B * B); [|right; field; lra].
    apply Rmult_lt_compat_l; [|exact Hd]. apply Rdiv_lt_0_compat; lra.
Qed.

(* the last point of a closed set on a segment that leaves it *)
Lemma last_point P S p d : closed P S -> S (line p d 0) -> ~ S (line p d 1) ->
  exists t, 0 <= t < 1 /\ ~ ~ S (line p d t) /\ forall u, t < u <= 1 -> ~ S (line p d u).
Proof.
  intros Hc H0 H1. destruct (dir_bound P d) as [B [HB Hd]].
  destruct (completeness (fun t => 0 <= t <= 1 /\ S (line p d t))) as [t [Hub Hlub]].
  - exists 1. intros t [Ht _]. lra.
  - exists 0. split; [lra|exact H0].
  - assert (Ht0 : 0 <= t) by (apply Hub; split; [lra|exact H0]).
    assert (Ht1 : t <= 1) by (apply Hlub; intros u [Hu _]; lra).
    assert (HS : ~ ~ S (line p d t)).
    { intros Hn. destruct (Hc _ Hn) as [eps [He Hball]].
      assert (Hq : 0 < eps / B) by (apply Rdiv_lt_0_compat; lra).
      assert (t <= t - eps / B); [|lra].
      apply Hlub. intros u [Hu Su]. destruct (Rle_lt_dec u (t - eps / B)) as [|Hlt]; [assumption|].
      exfalso. apply (Hball (line p d u)); [|exact Su].
      assert (u <= t) by (apply Hub; split; assumption).
      apply line_close with (B := B); auto. rewrite Rabs_pos_eq; lra. }
    exists t. split; [split; [exact Ht0|]|split; [exact HS|]].
    + destruct Ht1 as [Hlt|Heq]; [exact Hlt|]. exfalso. rewrite Heq in HS. exact (HS H1).
    + intros u Hu Su. assert (u <= t) by (apply Hub; split; [lra|exact Su]). lra.
Qed.

(* a segment that leaves S cannot keep E non-increasing past its last point *)
Lemma no_escape P E S p d : basin P E S -> S (line p d 0) -> ~ S (line p d 1) ->
  (forall t u, 0 <= t -> t < u -> u <= 1 -> S (line p d t) -> E (line p d u) <= E (line p d t)) ->
  False.
Proof.
  intros [_ [Hsat [Hcomp [eps [He Hb]]]]] H0 H1 Hmono.
  destruct (last_point P S p d (compact_closed P S Hsat Hcomp) H0 H1) as [t [Ht [HnnS Hout]]].
  apply HnnS. intros HS. destruct (dir_bound P d) as [B [HB Hd]].
  assert (Hq : 0 < eps / B) by (apply Rdiv_lt_0_compat; lra).
  set (u := Rmin 1 (t + eps / B)).
  assert (Hu1 : u <= 1) by apply Rmin_l.
  assert (Hu2 : u <= t + eps / B) by apply Rmin_r.
  assert (Hu3 : t < u) by (unfold u; apply Rmin_glb_lt; lra).
  assert (E (line p d t) < E (line p d u)).
  { apply Hb; [exact HS|apply Hout; lra|].
    exists (line p d t). split; [exact HS|].
    apply line_close with (B := B); auto.
    rewrite Rabs_minus_sym, Rabs_pos_eq; lra. }
  generalize (Hmono t u ltac:(lra) Hu3 Hu1 HS). lra.
Qed.

(* Rule 4.1, the case of a line: if E is constant on a whole line through p, p lies in no basin.
   docs/theorems states it for any unbounded connected set: RankRule.connected_rule. Kernel: line, dependent. *)
Theorem line_rule P E S p d : (exists k, (k < P)%nat /\ d k <> 0) ->
  (forall t, E (line p d t) = E p) -> basin P E S -> ~ S p.
Proof.
  intros [k [Hk Hdk]] HE HB Sp.
  assert (Hext : forall q e, S q -> S (line q e 0)).
  { intros q e Sq. destruct HB as [_ [Hsat _]]. apply (Hsat q); [|exact Sq].
    intros j _. unfold line. ring. }
  assert (Hbd : bounded P S) by (destruct HB as [_ [_ [Hc _]]]; apply compact_bounded; exact Hc).
  destruct Hbd as [M HM].
  set (T := (Rabs M + Rabs (p k) + 1) / d k).
  apply (no_escape P E S p (fun j => T * d j)).
  - exact HB.
  - apply Hext, Sp.
  - intros S1. specialize (HM _ S1 k Hk). unfold line, T in HM.
    replace (p k + 1 * ((Rabs M + Rabs (p k) + 1) / d k * d k))
      with (p k + (Rabs M + Rabs (p k) + 1)) in HM by (field; exact Hdk).
    generalize (Rle_abs (- p k)) (Rle_abs M) (Rabs_pos M)
      (Rle_abs (p k + (Rabs M + Rabs (p k) + 1))). rewrite Rabs_Ropp. lra.
  - intros t u _ _ _ _.
    assert (Hl : forall s, E (line p (fun j => T * d j) s) = E (line p d (s * T))).
    { intros s.
      (* by scaling; uses that E sees the same function *)
      assert (Hf : line p (fun j => T * d j) s = line p d (s * T)).
      { apply FunctionalExtensionality.functional_extensionality. intros j. unfold line. ring. }
      rewrite Hf. reflexivity. }
    rewrite !Hl, !HE. lra.
Qed.

(* "A strict local minimum is a basin with one point" ("Setting and words"): strict_min_basin. The one point is the set of all x that agree with th
   below P. The hypothesis on E, that it reads the first P coordinates only, holds for every loss (Networks.net_ext). *)
Definition strict_min P (E : vec -> R) th : Prop := exists eps, 0 < eps /\
  forall y, close P eps th y -> (exists k, (k < P)%nat /\ th k <> y k) -> E th < E y.
Definition point P (th : vec) : vec -> Prop := fun x => forall k, (k < P)%nat -> th k = x k.
(* a local minimum, strict or not *)
Definition local_min (P : nat) (E : vec -> R) (th : vec) : Prop := exists eps, 0 < eps /\ forall y, close P eps th y -> E th <= E y.

Lemma point_compact P th : compact P (point P th).
Proof.
  intros I U HU Hcov. destruct (Hcov th) as [i Hi]; [intros k _; reflexivity|].
  exists [i]. intros x Hx. exists i. split; [left; reflexivity|].
  destruct (HU i th Hi) as [e [He Hb]]. apply Hb. intros k Hk. rewrite (Hx k Hk).
  rewrite Rminus_diag_eq by reflexivity. rewrite Rabs_R0. exact He.
Qed.
Lemma strict_min_basin P E th : (forall x y, (forall k, (k < P)%nat -> x k = y k) -> E x = E y) ->
  strict_min P E th -> basin P E (point P th).
Proof.
  intros HE [e [He H]]. split; [exists th; intros k _; reflexivity|].
  split; [intros x y Hxy Hx k Hk; rewrite Hx, Hxy; auto|]. split; [apply point_compact|].
  exists e. split; [exact He|]. intros x y Hx Hy [z [Hz Hc]].
  rewrite <- (HE th x Hx). apply H.
  - intros k Hk. rewrite (Hz k Hk). apply Hc, Hk.
  - destruct (pivot P (fun k => th k - y k)) as [[k [Hk Hne]]|Hz'].
    + exists k. split; [exact Hk|]. lra.
    + exfalso. apply Hy. intros k Hk. specialize (Hz' k Hk). cbv beta in Hz'. lra.
Qed.
(* a minimiser of E over a basin is a local minimum *)
Lemma basin_minimiser_local_min P E S th : basin P E S -> S th -> (forall x, S x -> E th <= E x) -> local_min P E th.
Proof.
  intros [_ [_ [_ [eps [He Hb]]]]] Sth Hmin. exists eps. split; [exact He|]. intros y Hy.
  destruct (Rle_lt_dec (E th) (E y)) as [|Hlt]; [assumption|]. exfalso.
  assert (Sy : ~ S y) by (intros Sy; generalize (Hmin y Sy); lra).
  assert (E th < E y); [|lra]. apply Hb; [exact Sth|exact Sy|]. exists th. split; assumption.
Qed.

(* ---------- the same notions with the Euclidean distance ---------- *)
Definition euclid (P : nat) (x y : vec) : R := sqrt (sum P (fun k => (x k - y k) ^ 2)).
Definition open_euclidean (P : nat) (U : vec -> Prop) : Prop :=
  forall x, U x -> exists eps, 0 < eps /\ forall y, euclid P x y < eps -> U y.
Definition compact_euclidean (P : nat) (S : vec -> Prop) : Prop :=
  forall (I : Type) (U : I -> vec -> Prop),
    (forall i, open_euclidean P (U i)) -> (forall x, S x -> exists i, U i x) ->
    exists l : list I, forall x, S x -> exists i, In i l /\ U i x.
(* word for word the definition of docs/theorems: at distance at most eps from S means from some point of S, S being compact *)
Definition basin_as_written (P : nat) (E : vec -> R) (S : vec -> Prop) : Prop :=
  (exists x, S x) /\ saturated P S /\ compact_euclidean P S /\
  exists eps, 0 < eps /\ forall x y, S x -> ~ S y -> (exists z, S z /\ euclid P z y <= eps) -> E x < E y.
Definition strict_min_as_written (P : nat) (E : vec -> R) (th : vec) : Prop :=
  exists eps, 0 < eps /\ forall y, 0 < euclid P th y <= eps -> E th < E y.

Lemma sum_squares_coordinate P x y k : (k < P)%nat -> (x k - y k) ^ 2 <= sum P (fun j => (x j - y j) ^ 2).
Proof.
  intros Hk. induction P as [|P IH]; [lia|].
  change (sum (S P) ?f) with (sum P f + f P). cbv beta.
  assert (Hs : 0 <= sum P (fun j => (x j - y j) ^ 2)).
  { rewrite <- (sum_zero P (fun _ => 0)) by reflexivity. apply sum_le. intros. apply pow2_ge_0. }
  assert (H2 := pow2_ge_0 (x P - y P)).
  destruct (Nat.eq_dec k P) as [->|ne]; [lra|]. generalize (IH ltac:(lia)). lra.
Qed.
Lemma coordinate_le_euclid P x y k : (k < P)%nat -> Rabs (x k - y k) <= euclid P x y.
Proof.
  intros Hk. unfold euclid. rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. rewrite Rsqr_pow2.
  apply (sum_squares_coordinate P x y k Hk).
Qed.
Lemma euclid_close P x y eps : euclid P x y < eps -> close P eps x y.
Proof. intros H k Hk. apply Rle_lt_trans with (euclid P x y); [apply coordinate_le_euclid, Hk|exact H]. Qed.
Lemma close_euclid P x y eps : 0 < eps -> close P eps x y -> euclid P x y <= (INR P + 1) * eps.
Proof.
  intros He H. assert (HP := pos_INR P).
  rewrite <- (sqrt_pow2 ((INR P + 1) * eps)) by (apply Rmult_le_pos; lra). apply sqrt_le_1_alt.
  apply Rle_trans with (INR P * eps ^ 2).
  - clear HP. induction P as [|P IH]; [simpl; lra|].
    rewrite S_INR. change (sum (S P) ?f) with (sum P f + f P). cbv beta.
    assert (sum P (fun k => (x k - y k) ^ 2) <= INR P * eps ^ 2) by (apply IH; intros k Hk; apply H; lia).
    assert ((x P - y P) ^ 2 <= eps ^ 2); [|lra].
    rewrite <- (pow2_abs (x P - y P)). apply pow_incr. split; [apply Rabs_pos|]. left. apply H. lia.
  - assert (0 < eps ^ 2) by (apply pow_lt, He).
    replace (((INR P + 1) * eps) ^ 2) with ((INR P + 1) ^ 2 * eps ^ 2) by ring. apply Rmult_le_compat_r; [lra|nra].
Qed.
Lemma euclid_pos P x y : (exists k, (k < P)%nat /\ x k <> y k) -> 0 < euclid P x y.
Proof.
  intros [k [Hk Hne]]. apply Rlt_le_trans with (Rabs (x k - y k)); [apply Rabs_pos_lt; lra|apply coordinate_le_euclid, Hk].
Qed.
Lemma euclid_scale P eps : 0 < eps -> exists d, 0 < d /\ forall x y, close P d x y -> euclid P x y <= eps.
Proof.
  intros He. assert (HP := pos_INR P). exists (eps / (INR P + 1)). split; [apply Rdiv_lt_0_compat; lra|].
  intros x y H. replace eps with ((INR P + 1) * (eps / (INR P + 1))) by (field; lra).
  apply close_euclid; [apply Rdiv_lt_0_compat; lra|exact H].
Qed.

Lemma open_euclidean_iff P U : open_euclidean P U <-> open P U.
Proof.
  split; intros H x Ux; destruct (H x Ux) as [eps [He Hb]].
  - destruct (euclid_scale P (eps / 2)) as [d [Hd Hc]]; [lra|]. exists d. split; [exact Hd|].
    intros y Hy. apply Hb. generalize (Hc x y Hy). lra.
  - exists eps. split; [exact He|]. intros y Hy. apply Hb, euclid_close, Hy.
Qed.
Lemma compact_euclidean_iff P S : compact_euclidean P S <-> compact P S.
Proof. split; intros H I U HU; apply H; intros i; apply open_euclidean_iff, HU. Qed.

(* Basins and strict minima with the largest difference of coordinates are those of docs/theorems, with the Euclidean distance. *)
Theorem basin_euclidean P E S : basin P E S <-> basin_as_written P E S.
Proof.
  split; intros [Hne [Hsat [Hc [eps [He Hb]]]]];
    (split; [exact Hne|]; split; [exact Hsat|]; split; [apply compact_euclidean_iff, Hc|]).
  - exists (eps / 2). split; [lra|]. intros x y Sx Sy [z [Sz Hz]]. apply Hb; [exact Sx|exact Sy|].
    exists z. split; [exact Sz|]. apply euclid_close. lra.
  - destruct (euclid_scale P eps He) as [d [Hd Hcl]]. exists d. split; [exact Hd|].
    intros x y Sx Sy [z [Sz Hz]]. apply Hb; [exact Sx|exact Sy|]. exists z. split; [exact Sz|apply Hcl, Hz].
Qed.
Theorem strict_min_euclidean P E th : strict_min P E th <-> strict_min_as_written P E th.
Proof.
  split; intros [eps [He H]].
  - exists (eps / 2). split; [lra|]. intros y [Hy0 Hy]. apply H; [apply euclid_close; lra|].
    destruct (pivot P (fun k => th k - y k)) as [[k [Hk Hne]]|Hz]; [exists k; split; [exact Hk|lra]|exfalso].
    unfold euclid in Hy0. rewrite sum_zero, sqrt_0 in Hy0; [lra|].
    intros k Hk. specialize (Hz k Hk). cbv beta in Hz. rewrite Hz. ring.
  - destruct (euclid_scale P eps He) as [d [Hd Hcl]]. exists d. split; [exact Hd|].
    intros y Hy Hne. apply H. split; [apply euclid_pos, Hne|apply Hcl, Hy].
Qed.
