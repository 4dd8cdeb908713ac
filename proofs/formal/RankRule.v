(* Rule 4.1, lines of equal loss: points in no basin, and 4.1c, as written in docs/theorems ("Lines of equal loss").

   - The general statement: if E is constant on a connected set, every basin that contains one of its points contains it (connected_rule); connected means
     that no two open sets part it. It uses excluded middle, for membership in any set. It is proved for E <= E th on the set.
   - The value of a basin, for continuous E, and one-point basins are as "Setting and words" says (basin_value, suboptimal_value, one_point_basin_strict).
   - Curves instead of connected sets, for the other rules: no_escape_curve (no excluded middle).
   - "th lies in no basin and is no strict minimum" is in_no_basin below.
   - The three ways to see a line: kernel (kernel_line_hidden, kernel_line_output and the rank forms), idle (idle_rule), and fewer different rows than
     columns (few_rows_hidden, few_rows_output; rule 4.1c).
   Losses need not be convex here; activations are arbitrary functions, so that "defined on the whole line" is part of the setting (Networks.v). *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality Classical.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem.
Import ListNotations.
Open Scope R_scope.

(* ---------- "Setting and words": the value of a basin, one-point basins ---------- *)
Definition continuous (P : nat) (E : vec -> R) : Prop := forall x eps, 0 < eps -> exists d, 0 < d /\ forall y, close P d x y -> Rabs (E y - E x) < eps.

Lemma list_minimum (E : vec -> R) (S : vec -> Prop) l : (exists x, In x l /\ S x) -> exists x, In x l /\ S x /\ forall y, In y l -> S y -> E x <= E y.
Proof.
  induction l as [|a l IH]; intros [x [Hx Sx]]; [destruct Hx|].
  destruct (classic (exists x, In x l /\ S x)) as [Hl|Hl].
  - destruct (IH Hl) as [z [Hz [Sz Hmin]]]. destruct (classic (S a /\ E a < E z)) as [[Sa Hlt]|Hn].
    + exists a. split; [left; reflexivity|]. split; [exact Sa|]. intros y [->|Hy] Sy; [lra|]. generalize (Hmin y Hy Sy). lra.
    + exists z. split; [right; exact Hz|]. split; [exact Sz|]. intros y [->|Hy] Sy; [|apply Hmin; assumption].
      destruct (Rle_lt_dec (E z) (E y)); [assumption|]. elim Hn. split; assumption.
  - destruct Hx as [->|Hx]; [|elim Hl; exists x; split; assumption].
    exists x. split; [left; reflexivity|]. split; [exact Sx|]. intros y [->|Hy] Sy; [lra|]. elim Hl. exists y. split; assumption.
Qed.
(* a continuous E has a minimum over every basin: the basin's value *)
Lemma basin_value P E S : continuous P E -> basin P E S -> exists p, S p /\ forall x, S x -> E p <= E x.
Proof.
  intros HE [[x0 Sx0] [_ [Hc _]]]. apply NNPP. intros Hn.
  destruct (Hc vec (fun x y => S x /\ E x < E y)) as [l Hl].
  - intros x y [Sx Hlt]. destruct (HE y (E y - E x)) as [d [Hd Hb]]; [lra|]. exists d. split; [exact Hd|].
    intros y' Hy'. split; [exact Sx|]. generalize (Rabs_def2 _ _ (Hb y' Hy')). lra.
  - intros y Sy. apply NNPP. intros Hy. apply Hn. exists y. split; [exact Sy|]. intros x Sx.
    destruct (Rle_lt_dec (E y) (E x)); [assumption|]. elim Hy. exists x. split; assumption.
  - destruct (list_minimum E S l) as [z [Hz [Sz Hmin]]].
    + destruct (Hl x0 Sx0) as [x [Hx [Sx _]]]. exists x. split; assumption.
    + destruct (Hl z Sz) as [x [Hx [Sx Hlt]]]. generalize (Hmin x Hx Sx). lra.
Qed.
(* For continuous E a basin is sub-optimal (Basins.suboptimal) exactly if its value is not the least E takes, as docs/theorems has it. *)
Theorem suboptimal_value (E : vec -> R) (S : vec -> Prop) p : S p -> (forall x, S x -> E p <= E x) -> (suboptimal E S <-> exists u, E u < E p).
Proof.
  intros Sp Hmin. split; intros [u Hu]; exists u; [apply Hu, Sp|]. intros x Sx. generalize (Hmin x Sx). lra.
Qed.
(* a one-point basin is a strict minimum (the converse is Basins.strict_min_basin) *)
Lemma one_point_basin_strict P E th : basin P E (point P th) -> strict_min P E th.
Proof.
  intros [_ [_ [_ [eps [He Hb]]]]]. exists eps. split; [exact He|]. intros y Hy [k [Hk Hne]]. apply Hb.
  - intros j _. reflexivity.
  - intros Hp. apply Hne, Hp, Hk.
  - exists th. split; [intros j _; reflexivity|exact Hy].
Qed.

(* ---------- connected sets ---------- *)
Definition connected (P : nat) (C : vec -> Prop) : Prop := forall U V, open P U -> open P V ->
  (forall x, C x -> U x \/ V x) -> (exists x, C x /\ U x) -> (exists x, C x /\ V x) -> exists x, C x /\ U x /\ V x.

(* points at distance below eps leave room *)
Lemma close_room P eps x y : 0 < eps -> close P eps x y -> exists d, 0 < d /\ d <= eps /\ close P (eps - d) x y.
Proof.
  intros He H. induction P as [|P IH].
  - exists eps. repeat split; try lra. intros k Hk. lia.
  - destruct IH as [d [Hd [Hde Hc]]]; [intros k Hk; apply H; lia|].
    assert (HP := H P ltac:(lia)). set (r := (eps - Rabs (x P - y P)) / 2).
    exists (Rmin d r). assert (Hr : 0 < r) by (unfold r; lra).
    split; [apply Rmin_glb_lt; assumption|]. split; [generalize (Rmin_l d r); lra|].
    intros k Hk. destruct (Nat.eq_dec k P) as [->|ne].
    + generalize (Rmin_r d r). unfold r. lra.
    + generalize (Rmin_l d r) (Hc k ltac:(lia)). lra.
Qed.
Lemma near_open P S eps : 0 < eps -> open P (fun y => exists z, S z /\ close P eps z y).
Proof.
  intros He y [z [Sz Hz]]. destruct (close_room P eps z y He Hz) as [d [Hd [_ Hc]]].
  exists d. split; [exact Hd|]. intros y' Hy'. exists z. split; [exact Sz|].
  replace eps with ((eps - d) + d) by ring. apply close_trans with y; assumption.
Qed.

(* Rule 4.1, general statement: if E <= E th on a connected set C that contains th, every basin that contains th contains C. In particular if E is constant
   on C. Kernel: line, dependent and unbounded rest on it. *)
Theorem connected_rule P E S C th : basin P E S -> connected P C -> C th -> (forall x, C x -> E x <= E th) -> S th ->
  forall x, C x -> S x.
Proof.
  intros [_ [Hsat [Hc [eps [He Hb]]]]] HC Cth HE Sth x Cx.
  apply NNPP. intros Sx.
  destruct (HC (fun y => ~ S y) (fun y => exists z, S z /\ close P eps z y)) as [y [Cy [Sy Hy]]].
  - apply compact_closed; assumption.
  - apply near_open, He.
  - intros y _. destruct (classic (S y)) as [Sy|Sy]; [right|left; exact Sy].
    exists y. split; [exact Sy|apply close_refl, He].
  - exists x. split; assumption.
  - exists th. split; [exact Cth|]. exists th. split; [exact Sth|apply close_refl, He].
  - generalize (Hb th y Sth Sy Hy) (HE y Cy). lra.
Qed.
(* an unbounded connected set of equal loss: its points lie in no basin *)
Theorem unbounded_connected_rule P E S C th : connected P C -> C th -> (forall x, C x -> E x = E th) -> ~ bounded P C ->
  basin P E S -> ~ S th.
Proof.
  intros HC Cth HE Hunb HB Sth. apply Hunb.
  assert (HCS := connected_rule P E S C th HB HC Cth (fun x Cx => Req_le _ _ (HE x Cx)) Sth).
  destruct HB as [_ [_ [Hc _]]]. destruct (compact_bounded P S Hc) as [M HM].
  exists M. intros x Cx. apply HM, HCS, Cx.
Qed.
(* E reads the first P coordinates only *)
Definition reads (P : nat) (E : vec -> R) : Prop := forall x y, (forall k, (k < P)%nat -> x k = y k) -> E x = E y.
(* a connected set of equal loss with more than one point: its points are no strict minima *)
Theorem connected_not_strict P E C th x : reads P E -> connected P C -> C th -> (forall y, C y -> E y = E th) ->
  C x -> (exists k, (k < P)%nat /\ th k <> x k) -> ~ strict_min P E th.
Proof.
  intros Hr HC Cth HE Cx [k [Hk Hne]] Hs.
  assert (HB := strict_min_basin P E th Hr Hs).
  apply Hne. refine (connected_rule P E _ C th HB HC Cth (fun y Cy => Req_le _ _ (HE y Cy)) _ x Cx k Hk).
  intros j _. reflexivity.
Qed.

(* ---------- curves ---------- *)
(* continuous on [0, 1] *)
Definition curve (P : nat) (g : R -> vec) : Prop := forall t eps, 0 <= t <= 1 -> 0 < eps ->
  exists d, 0 < d /\ forall s, 0 <= s <= 1 -> Rabs (s - t) < d -> close P eps (g t) (g s).

Lemma curve_coordinates P g : (forall k, (k < P)%nat -> continuity (fun t => g t k)) -> curve P g.
Proof.
  intros H t eps Ht He. induction P as [|P IH].
  - exists 1. split; [lra|]. intros s _ _ k Hk. lia.
  - destruct IH as [d [Hd Hc]]; [intros; apply H; lia|].
    destruct (H P ltac:(lia) t eps He) as [d' [Hd' Hc']].
    exists (Rmin d d'). split; [apply Rmin_glb_lt; assumption|].
    intros s Hs Hst k Hk. assert (H1 := Rmin_l d d'). assert (H2 := Rmin_r d d').
    destruct (Nat.eq_dec k P) as [->|ne]; [|apply Hc; [exact Hs|lra|lia]].
    rewrite Rabs_minus_sym. destruct (Req_EM_T s t) as [->|nest].
    + rewrite Rminus_diag_eq by reflexivity. rewrite Rabs_R0. exact He.
    + apply Hc'. split; [split; [exact I|]|].
      * intros e. apply nest. symmetry. exact e.
      * simpl. unfold R_dist. lra.
Qed.
Lemma line_curve P p d : curve P (line p d).
Proof.
  intros t eps Ht He. destruct (dir_bound P d) as [B [HB Hd]].
  assert (Hq : 0 < eps / B) by (apply Rdiv_lt_0_compat; lra). exists (eps / B). split; [exact Hq|].
  intros s _ Hs. apply line_close with (B := B); auto. rewrite Rabs_minus_sym. lra.
Qed.

(* The points of a curve are a connected set. *)
Lemma curve_connected_ordered P g U V a c : curve P g -> open P U -> open P V -> 0 <= a -> a <= c -> c <= 1 -> U (g a) -> V (g c) ->
  (forall t, 0 <= t <= 1 -> U (g t) \/ V (g t)) -> exists t, 0 <= t <= 1 /\ U (g t) /\ V (g t).
Proof.
  intros Hg HU HV Ha Hac Hc Ua Vc Hcov. apply NNPP. intros Hn.
  destruct (completeness (fun t => a <= t <= c /\ U (g t))) as [t [Hub Hlub]].
  - exists c. intros t [Ht _]. lra.
  - exists a. split; [lra|exact Ua].
  - assert (Hat : a <= t) by (apply Hub; split; [lra|exact Ua]).
    assert (Htc : t <= c) by (apply Hlub; intros u [Hu _]; lra).
    destruct (Hcov t ltac:(lra)) as [Ut|Vt].
    + destruct Htc as [Htc|e]; [|apply Hn; exists t; split; [lra|]; split; [exact Ut|rewrite e; exact Vc]].
      destruct (HU _ Ut) as [eps [He Hb]]. destruct (Hg t eps ltac:(lra) He) as [d [Hd Hcl]].
      set (u := Rmin c (t + d / 2)). assert (Hu1 : u <= c) by apply Rmin_l. assert (Hu2 : u <= t + d / 2) by apply Rmin_r.
      assert (Hu3 : t < u) by (unfold u; apply Rmin_glb_lt; lra).
      assert (u <= t); [|lra]. apply Hub. split; [lra|]. apply Hb, Hcl; [lra|]. rewrite Rabs_pos_eq; lra.
    + destruct (HV _ Vt) as [eps [He Hb]]. destruct (Hg t eps ltac:(lra) He) as [d [Hd Hcl]].
      assert (t <= t - d / 2); [|lra]. apply Hlub. intros u [Hu Uu].
      destruct (Rle_lt_dec u (t - d / 2)) as [|Hlt]; [assumption|]. exfalso. assert (u <= t) by (apply Hub; split; assumption).
      apply Hn. exists u. split; [lra|]. split; [exact Uu|]. apply Hb, Hcl; [lra|]. rewrite Rabs_minus_sym, Rabs_pos_eq; lra.
Qed.
Theorem curve_connected P g : curve P g -> connected P (fun x => exists t, 0 <= t <= 1 /\ x = g t).
Proof.
  intros Hg U V HU HV Hcov [x [[a [Ha ->]] Ua]] [y [[c [Hc ->]] Vc]].
  assert (Hcov' : forall t, 0 <= t <= 1 -> U (g t) \/ V (g t)) by (intros t Ht; apply Hcov; exists t; split; [exact Ht|reflexivity]).
  destruct (Rle_lt_dec a c) as [Hac|Hca].
  - destruct (curve_connected_ordered P g U V a c Hg HU HV) as [t [Ht [Ut Vt]]]; try assumption; try lra.
    exists (g t). split; [exists t; split; [exact Ht|reflexivity]|]. split; assumption.
  - destruct (curve_connected_ordered P g V U c a Hg HV HU) as [t [Ht [Vt Ut]]]; try assumption; try lra.
    { intros t Ht. destruct (Hcov' t Ht); [right|left]; assumption. }
    exists (g t). split; [exists t; split; [exact Ht|reflexivity]|]. split; assumption.
Qed.

(* A curve that leaves a basin S rises above every point of S on its way. *)
Lemma no_escape_curve P E S x0 g : basin P E S -> curve P g -> S x0 -> S (g 0) -> ~ S (g 1) ->
  (forall t, 0 <= t <= 1 -> E (g t) <= E x0) -> False.
Proof.
  intros [_ [Hsat [Hcomp [eps [He Hb]]]]] Hg Sx0 H0 H1 HE.
  assert (Hcl := compact_closed P S Hsat Hcomp).
  destruct (completeness (fun t => 0 <= t <= 1 /\ S (g t))) as [t [Hub Hlub]].
  - exists 1. intros t [Ht _]. lra.
  - exists 0. split; [lra|exact H0].
  - assert (Ht0 : 0 <= t) by (apply Hub; split; [lra|exact H0]).
    assert (Ht1 : t <= 1) by (apply Hlub; intros u [Hu _]; lra).
    assert (HnnS : ~ ~ S (g t)).
    { intros Hn. destruct (Hcl _ Hn) as [e [Hepos Hball]].
      destruct (Hg t e ltac:(lra) Hepos) as [d [Hd Hc]].
      assert (t <= t - d / 2); [|lra].
      apply Hlub. intros u [Hu Su]. destruct (Rle_lt_dec u (t - d / 2)) as [|Hlt]; [assumption|].
      exfalso. apply (Hball (g u)); [|exact Su].
      assert (u <= t) by (apply Hub; split; assumption).
      apply Hc; [exact Hu|]. rewrite Rabs_minus_sym, Rabs_pos_eq; lra. }
    apply HnnS. intros HS.
    assert (Htlt : t < 1) by (destruct Ht1 as [|e]; [assumption|rewrite e in HS; contradiction]).
    destruct (Hg t eps ltac:(lra) He) as [d [Hd Hc]].
    set (u := Rmin 1 (t + d / 2)).
    assert (Hu1 : u <= 1) by apply Rmin_l. assert (Hu2 : u <= t + d / 2) by apply Rmin_r.
    assert (Hu3 : t < u) by (unfold u; apply Rmin_glb_lt; lra).
    assert (Su : ~ S (g u)) by (intros Su; assert (u <= t) by (apply Hub; split; [lra|exact Su]); lra).
    assert (E x0 < E (g u)); [|generalize (HE u ltac:(lra)); lra].
    apply Hb; [exact Sx0|exact Su|]. exists (g t). split; [exact HS|].
    apply Hc; [lra|]. rewrite Rabs_pos_eq; lra.
Qed.
(* curves of loss at most E th from th into arbitrarily far points: th lies in no basin *)
Lemma far_curves P E S th : (forall M, exists g, curve P g /\ (forall k, (k < P)%nat -> g 0 k = th k) /\
    (forall t, 0 <= t <= 1 -> E (g t) <= E th) /\ exists k, (k < P)%nat /\ M < Rabs (g 1 k)) ->
  basin P E S -> ~ S th.
Proof.
  intros H HB Sth. assert (HB' := HB). destruct HB' as [_ [Hsat [Hc _]]].
  destruct (compact_bounded P S Hc) as [M HM].
  destruct (H M) as [g [Hg [H0 [HE [k [Hk Hfar]]]]]].
  apply (no_escape_curve P E S th g); try assumption.
  - apply (Hsat th); [|exact Sth]. intros j Hj. symmetry. apply H0, Hj.
  - intros S1. generalize (HM _ S1 k Hk). lra.
Qed.

(* ---------- in no basin, and no strict minimum ---------- *)
Definition in_no_basin (P : nat) (E : vec -> R) (th : vec) : Prop := (forall S, basin P E S -> ~ S th) /\ ~ strict_min P E th.

Lemma not_in_basin_not_strict P E th : reads P E -> (forall S, basin P E S -> ~ S th) -> in_no_basin P E th.
Proof.
  intros Hr H. split; [exact H|]. intros Hs. apply (H _ (strict_min_basin P E th Hr Hs)). intros k _. reflexivity.
Qed.
Lemma line_in_no_basin P E th d : reads P E -> (exists k, (k < P)%nat /\ d k <> 0) -> (forall t, E (line th d t) = E th) -> in_no_basin P E th.
Proof. intros Hr Hd HE. apply not_in_basin_not_strict; [exact Hr|]. intros S. apply (line_rule P E S th d Hd HE). Qed.

Definition minus (q p : vec) : vec := fun k => q k - p k.
Lemma line_end p q : line p (minus q p) 1 = q.
Proof. apply functional_extensionality. intros k. unfold line, minus. ring. Qed.
Lemma line_start p d : line p d 0 = p.
Proof. apply functional_extensionality. intros k. unfold line. ring. Qed.
Lemma minus_nonzero P p q : (exists k, (k < P)%nat /\ p k <> q k) -> exists k, (k < P)%nat /\ minus q p k <> 0.
Proof. intros [k [Hk Hne]]. exists k. split; [exact Hk|]. unfold minus. lra. Qed.

Lemma loss_reads n ls q b N X L : local N q L -> reads (params n ls q b) (loss n ls q b X L).
Proof. intros HL x y Hxy. apply HL. intros i c _ Hc. apply net_ext; assumption. Qed.

(* ---------- kernel: one layer moves, its pre-activations do not ---------- *)
(* for a block (Blocks.v): p and q agree outside the block, and F (V_q - V_p) = 0 *)
Lemma kernel_line_block P N h q (idx : nat -> nat -> nat) F (G : vec -> (nat -> nat -> R) -> R) x y :
  (forall u v, agree P h q idx u v -> forall i j, (i < N)%nat -> (j < h)%nat -> F u i j = F v i j) ->
  (forall u v Z Z', agree P h q idx u v -> (forall i c, (i < N)%nat -> (c < q)%nat -> Z i c = Z' i c) -> G u Z = G v Z') ->
  agree P h q idx x y ->
  (forall i c, (i < N)%nat -> (c < q)%nat -> mulm h (F x) (block idx (minus y x)) i c = 0) ->
  forall t, G (line x (minus y x) t) (mulm h (F (line x (minus y x) t)) (block idx (line x (minus y x) t))) = G x (mulm h (F x) (block idx x)).
Proof.
  intros F_ext G_ext Hxy Hker t.
  assert (Ha : agree P h q idx (line x (minus y x) t) x).
  { intros k Hk Hout. unfold line, minus. rewrite <- (Hxy k Hk Hout). ring. }
  apply G_ext; [exact Ha|]. intros i c Hi Hc.
  assert (Hk := Hker i c Hi Hc). unfold mulm in *.
  rewrite <- (Rplus_0_r (mulv h (F x i) _)), <- (Rmult_0_r t), <- Hk. unfold mulv.
  rewrite <- sum_scal, <- sum_plus. apply sum_ext. intros j Hj.
  rewrite (F_ext _ _ Ha i j Hi Hj). unfold block, line. ring.
Qed.

Section Layer.
Variables (n : nat) (l1 : list layer) (d : nat) (b : bool) (s : nat -> R -> R) (l2 : list layer)
  (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.

(* what enters the hidden layer after l1, and the output layer: a row for every sample, a last entry 1 with a bias *)
Definition entering (ls : list layer) (th : vec) : nat -> nat -> R := fun i => aug (width n ls) (feat n ls th (X i)).

(* two points differ in one hidden layer only, in its weights and biases *)
Definition differ_hidden (x y : vec) : Prop :=
  agree (params n (l1 ++ (d, b, s) :: l2) q bo) (width n l1 + b2n b) d (didx (size n l1) (width n l1) d) x y.
Definition differ_output (ls : list layer) (x y : vec) : Prop :=
  agree (params n ls q bo) (width n ls + b2n bo) q (didx (size n ls) (width n ls) q) x y.

(* Rule 4.1 (kernel) as the kernel checks it, hidden layer: x and y differ in that layer only, and F (y - x) = 0 for every row that moves. Then E is constant
   on the whole line through x and y. Kernel: _kernel. *)
Theorem kernel_line_hidden x y : differ_hidden x y ->
  (forall i c, (i < N)%nat -> (c < d)%nat ->
     mulm (width n l1 + b2n b) (entering l1 x) (block (didx (size n l1) (width n l1) d) (minus y x)) i c = 0) ->
  forall t, loss n (l1 ++ (d, b, s) :: l2) q bo X L (line x (minus y x) t) = loss n (l1 ++ (d, b, s) :: l2) q bo X L x.
Proof.
  intros Hxy Hker t. rewrite !(WideTheorem.E_eq n l1 d b s l2 q bo N X L L_local).
  apply (kernel_line_block _ N _ d _ _ _ x y (WideTheorem.F_ext n l1 d b s l2 q bo N X) (G_ext n l1 d b s l2 q bo N L L_local) Hxy Hker).
Qed.
(* the same for the output layer *)
Theorem kernel_line_output ls x y : differ_output ls x y ->
  (forall i c, (i < N)%nat -> (c < q)%nat ->
     mulm (width n ls + b2n bo) (entering ls x) (block (didx (size n ls) (width n ls) q) (minus y x)) i c = 0) ->
  forall t, loss n ls q bo X L (line x (minus y x) t) = loss n ls q bo X L x.
Proof.
  intros Hxy Hker t. rewrite !(Networks.E_eq n ls q bo N X L L_local).
  apply (kernel_line_block (params n ls q bo) N _ q _ (entering ls) (fun _ => L) x y); [|intros u v Z Z' _; apply L_local|exact Hxy|exact Hker].
  apply (Networks.F_ext n ls q bo N X).
Qed.

(* Rule 4.1 (kernel), conclusion for two different points. Kernel: line with _kernel. *)
Theorem kernel_rule_hidden x y : (exists k, (k < params n (l1 ++ (d, b, s) :: l2) q bo)%nat /\ x k <> y k) -> differ_hidden x y ->
  (forall i c, (i < N)%nat -> (c < d)%nat ->
     mulm (width n l1 + b2n b) (entering l1 x) (block (didx (size n l1) (width n l1) d) (minus y x)) i c = 0) ->
  in_no_basin (params n (l1 ++ (d, b, s) :: l2) q bo) (loss n (l1 ++ (d, b, s) :: l2) q bo X L) x.
Proof.
  intros Hne Hxy Hker. apply line_in_no_basin with (d := minus y x).
  - apply loss_reads with N, L_local.
  - apply minus_nonzero, Hne.
  - apply kernel_line_hidden; assumption.
Qed.
Theorem kernel_rule_output ls x y : (exists k, (k < params n ls q bo)%nat /\ x k <> y k) -> differ_output ls x y ->
  (forall i c, (i < N)%nat -> (c < q)%nat ->
     mulm (width n ls + b2n bo) (entering ls x) (block (didx (size n ls) (width n ls) q) (minus y x)) i c = 0) ->
  in_no_basin (params n ls q bo) (loss n ls q bo X L) x.
Proof.
  intros Hne Hxy Hker. apply line_in_no_basin with (d := minus y x).
  - apply loss_reads with N, L_local.
  - apply minus_nonzero, Hne.
  - apply kernel_line_output; assumption.
Qed.

(* Rule 4.1 by rank: what enters a layer has rank below its number of columns; th is in no basin and no strict minimum. The layer must have a unit. *)
Theorem dependent_rule_hidden th : (0 < d)%nat -> deficient N (width n l1 + b2n b) (entering l1 th) ->
  in_no_basin (params n (l1 ++ (d, b, s) :: l2) q bo) (loss n (l1 ++ (d, b, s) :: l2) q bo X L) th.
Proof.
  intros Hd Hdef. apply not_in_basin_not_strict; [apply loss_reads with N, L_local|].
  intros S HB. apply (rank_rule_hidden n l1 d b s l2 q bo N X L L_local S th Hd Hdef HB).
Qed.
Theorem dependent_rule_output ls th : (0 < q)%nat -> deficient N (width n ls + b2n bo) (entering ls th) ->
  in_no_basin (params n ls q bo) (loss n ls q bo X L) th.
Proof.
  intros Hq Hdef. apply not_in_basin_not_strict; [apply loss_reads with N, L_local|].
  intros S HB. apply (rank_rule_output n ls q bo N X L S th L_local Hq Hdef HB).
Qed.

(* a combination of some columns is one of all columns *)
Lemma spread_columns h k (a : nat -> R) (col : nat -> nat) v : (forall j, (j < k)%nat -> (col j < h)%nat) ->
  mulv h a (fun c => sum k (fun j => if (col j =? c)%nat then v j else 0)) = mulv k (fun j => a (col j)) v.
Proof.
  intros Hcol. unfold mulv. rewrite (sum_ext h _ (fun c => sum k (fun j => a c * (if (col j =? c)%nat then v j else 0))))
    by (intros; rewrite sum_scal; reflexivity).
  rewrite sum_swap. apply sum_ext. intros j Hj. rewrite (sum_single h _ (col j)).
  - rewrite Nat.eqb_refl. reflexivity.
  - apply Hcol, Hj.
  - intros c _ ne. destruct (Nat.eqb_spec (col j) c) as [e|]; [congruence|ring].
Qed.

(* Rule 4.1c: among some k columns (col 0, ..., col (k - 1), all different) of what enters the layer there are fewer than k different rows: at most m < k rows
   rep 0, ..., rep (m - 1) occur. Kernel: dependent. *)
Lemma few_rows_deficient h (A : nat -> nat -> R) k m (col : nat -> nat) (rep : nat -> nat -> R) : (m < k)%nat ->
  (forall j, (j < k)%nat -> (col j < h)%nat) -> (forall j j', (j < k)%nat -> (j' < k)%nat -> col j = col j' -> j = j') ->
  (forall i, (i < N)%nat -> exists a, (a < m)%nat /\ forall j, (j < k)%nat -> A i (col j) = rep a j) -> deficient N h A.
Proof.
  intros Hmk Hcol Hinj Hrep. destruct (kernel m k rep Hmk) as [v [[j0 [Hj0 Hv0]] Hv]].
  exists (fun c => sum k (fun j => if (col j =? c)%nat then v j else 0)). split.
  - exists (col j0). split; [apply Hcol, Hj0|]. rewrite (sum_single k _ j0 Hj0); [rewrite Nat.eqb_refl; exact Hv0|].
    intros j Hj ne. destruct (Nat.eqb_spec (col j) (col j0)) as [e|]; [|reflexivity]. elim ne. apply Hinj; assumption.
  - intros i Hi. destruct (Hrep i Hi) as [a [Ha Hrow]]. rewrite spread_columns by exact Hcol.
    transitivity (mulv k (rep a) v); [|apply Hv, Ha]. apply mulv_ext; [exact Hrow|reflexivity].
Qed.
Theorem few_rows_hidden th k m col rep : (0 < d)%nat -> (m < k)%nat ->
  (forall j, (j < k)%nat -> (col j < width n l1 + b2n b)%nat) -> (forall j j', (j < k)%nat -> (j' < k)%nat -> col j = col j' -> j = j') ->
  (forall i, (i < N)%nat -> exists a, (a < m)%nat /\ forall j, (j < k)%nat -> entering l1 th i (col j) = rep a j) ->
  in_no_basin (params n (l1 ++ (d, b, s) :: l2) q bo) (loss n (l1 ++ (d, b, s) :: l2) q bo X L) th.
Proof. intros Hd Hmk Hcol Hinj Hrep. apply dependent_rule_hidden; [exact Hd|]. apply few_rows_deficient with k m col rep; assumption. Qed.
Theorem few_rows_output ls th k m col rep : (0 < q)%nat -> (m < k)%nat ->
  (forall j, (j < k)%nat -> (col j < width n ls + b2n bo)%nat) -> (forall j j', (j < k)%nat -> (j' < k)%nat -> col j = col j' -> j = j') ->
  (forall i, (i < N)%nat -> exists a, (a < m)%nat /\ forall j, (j < k)%nat -> entering ls th i (col j) = rep a j) ->
  in_no_basin (params n ls q bo) (loss n ls q bo X L) th.
Proof. intros Hq Hmk Hcol Hinj Hrep. apply dependent_rule_output; [exact Hq|]. apply few_rows_deficient with k m col rep; assumption. Qed.
End Layer.

(* ---------- idle units ---------- *)
(* Which of the n inputs of a network reach an output through weights different from zero: an output is live; a unit is live if some live unit or output of the
   next layer takes it with a weight that is not zero. live n ls q th j speaks of input j, or of unit j of a hidden layer if ls are the layers after it. *)
Fixpoint live (n : nat) (ls : list layer) (q : nat) (th : vec) (j : nat) : Prop :=
  match ls with
  | [] => exists c, (c < q)%nat /\ th (c * n + j)%nat <> 0
  | (d, b, _) :: r => exists u, (u < d)%nat /\ live d r q (shift (dsize n d b) th) u /\ th (u * n + j)%nat <> 0
  end.
(* the weights and the bias of unit u of a layer are the same at x and at y *)
Definition same_incoming (n d : nat) (b : bool) (x y : vec) (u : nat) : Prop :=
  (forall j, (j < n)%nat -> x (u * n + j)%nat = y (u * n + j)%nat) /\ (b = true -> x (d * n + u)%nat = y (d * n + u)%nat).
(* from x to y only incoming weights and biases of units move that are not live at x *)
Fixpoint idle_move (n : nat) (ls : list layer) (q : nat) (bo : bool) (x y : vec) : Prop :=
  match ls with
  | [] => forall c, (c < q)%nat -> same_incoming n q bo x y c
  | (d, b, _) :: r => (forall u, (u < d)%nat -> live d r q (shift (dsize n d b) x) u -> same_incoming n d b x y u) /\
      idle_move d r q bo (shift (dsize n d b) x) (shift (dsize n d b) y)
  end.

Lemma same_incoming_dense n d b x y u f f' : same_incoming n d b x y u ->
  (forall j, (j < n)%nat -> x (u * n + j)%nat <> 0 -> f j = f' j) -> dense n d b x f u = dense n d b y f' u.
Proof.
  intros [Hw Hb] Hf. unfold dense. f_equal.
  - apply sum_ext. intros j Hj. rewrite <- Hw by exact Hj.
    destruct (Req_EM_T (x (u * n + j)%nat) 0) as [e|ne]; [rewrite e; ring|rewrite Hf by assumption; reflexivity].
  - destruct b; [apply Hb|]; reflexivity.
Qed.
(* inputs need only agree where they are live *)
Lemma idle_net ls : forall n q bo x y f f', idle_move n ls q bo x y -> (forall j, (j < n)%nat -> live n ls q x j -> f j = f' j) ->
  forall c, (c < q)%nat -> net n ls q bo x f c = net n ls q bo y f' c.
Proof.
  unfold net. induction ls as [|[[d b] s] r IH]; intros n q bo x y f f' Hm Hf c Hc; simpl in *.
  - apply same_incoming_dense; [apply Hm, Hc|]. intros j Hj Hne. apply Hf; [exact Hj|]. exists c. split; assumption.
  - destruct Hm as [Hm Hr]. specialize (IH d q bo _ _ (fun u => s u (dense n d b x f u)) (fun u => s u (dense n d b y f' u)) Hr).
    rewrite !shift_shift in IH. apply IH; [|exact Hc]. intros u Hu Hl. f_equal.
    apply same_incoming_dense; [apply Hm; assumption|]. intros j Hj Hne. apply Hf; [exact Hj|]. exists u. repeat split; assumption.
Qed.
Lemma same_incoming_line n d b x y u t : same_incoming n d b x y u -> same_incoming n d b x (line x (minus y x) t) u.
Proof.
  intros [Hw Hb]. split; [intros j Hj|intros e]; unfold line, minus; [rewrite <- Hw by exact Hj|rewrite <- Hb by exact e]; ring.
Qed.
Lemma idle_line ls : forall n q bo x y t, idle_move n ls q bo x y -> idle_move n ls q bo x (line x (minus y x) t).
Proof.
  induction ls as [|[[d b] s] r IH]; intros n q bo x y t Hm; simpl in *.
  - intros c Hc. apply same_incoming_line, Hm, Hc.
  - destruct Hm as [Hm Hr]. split; [intros u Hu Hl; apply same_incoming_line, Hm; assumption|].
    apply (IH _ _ _ _ _ t Hr).
Qed.
Theorem idle_constant n ls q bo N X L x y : local N q L -> idle_move n ls q bo x y ->
  forall t, loss n ls q bo X L (line x (minus y x) t) = loss n ls q bo X L x.
Proof.
  intros HL Hm t. apply HL. intros i c _ Hc. symmetry. apply idle_net; [apply idle_line, Hm|reflexivity|exact Hc].
Qed.
(* Rule 4.1 (idle): from x to another point y only incoming weights and biases move, of units that reach no output through weights different from zero: E is
   constant on the line through them, x lies in no basin and is no strict minimum. Any depth. Kernel: line with _idle. *)
Theorem idle_rule n ls q bo N X L x y : local N q L -> (exists k, (k < params n ls q bo)%nat /\ x k <> y k) -> idle_move n ls q bo x y ->
  in_no_basin (params n ls q bo) (loss n ls q bo X L) x.
Proof.
  intros HL Hne Hm. apply line_in_no_basin with (d := minus y x).
  - apply loss_reads with N, HL.
  - apply minus_nonzero, Hne.
  - apply idle_constant with N; assumption.
Qed.

(* The case of one unit: unit u of a hidden layer has all outgoing weights zero, and an incoming weight or a bias to move. *)
Definition next_width (l2 : list layer) (q : nat) : nat := match l2 with [] => q | (d, _, _) :: _ => d end.

Lemma zero_outgoing_not_live d l2 q th u : (forall c, (c < next_width l2 q)%nat -> th (c * d + u)%nat = 0) -> ~ live d l2 q th u.
Proof.
  intros H. destruct l2 as [|[[d2 b2] s2] r]; simpl in *.
  - intros [c [Hc Hne]]. apply Hne, H, Hc.
  - intros [c [Hc [_ Hne]]]. apply Hne, H, Hc.
Qed.
Lemma idle_move_before l1 : forall n l2 q bo x y, (forall k, (k < size n l1)%nat -> x k = y k) ->
  idle_move (width n l1) l2 q bo (shift (size n l1) x) (shift (size n l1) y) -> idle_move n (l1 ++ l2) q bo x y.
Proof.
  induction l1 as [|[[d b] s] r IH]; intros n l2 q bo x y Hxy Hm; simpl in *; [exact Hm|]. split.
  - intros u Hu _. split; [intros j Hj|intros ->]; apply Hxy; unfold dsize; simpl; [|lia].
    assert (u * n + n <= d * n)%nat by nia. lia.
  - apply IH; [intros k Hk; apply Hxy; lia|]. rewrite !shift_shift. exact Hm.
Qed.
Lemma same_outside_idle ls : forall n q bo x y, (forall k, (k < params n ls q bo)%nat -> x k = y k) -> idle_move n ls q bo x y.
Proof.
  unfold params. induction ls as [|[[d b] s] r IH]; intros n q bo x y Hxy; simpl in *.
  - intros c Hc. unfold dsize in Hxy. split; [intros j Hj|intros ->]; apply Hxy; simpl; [|lia].
    assert (c * n + n <= q * n)%nat by nia. lia.
  - split; [|apply IH; intros k Hk; apply Hxy; lia].
    intros u Hu _. split; [intros j Hj|intros ->]; apply Hxy; unfold dsize; simpl; [|lia].
    assert (u * n + n <= d * n)%nat by nia. lia.
Qed.
(* Rule 4.1, a unit that nothing takes: it leaves its incoming weights free. *)
Theorem zero_outgoing_rule n l1 d b s l2 q bo N X L th u : local N q L -> (u < d)%nat -> (0 < width n l1 + b2n b)%nat ->
  (forall c, (c < next_width l2 q)%nat -> th (size n l1 + (dsize (width n l1) d b + (c * d + u)))%nat = 0) ->
  in_no_basin (params n (l1 ++ (d, b, s) :: l2) q bo) (loss n (l1 ++ (d, b, s) :: l2) q bo X L) th.
Proof.
  intros HL Hu Hin Hout. set (m := width n l1) in *. set (k0 := didx (size n l1) m d 0 u).
  assert (Hk0 : (k0 < size n l1 + dsize m d b)%nat) by (apply didx_lt'; assumption).
  assert (Hk1 := didx_ge (size n l1) m d 0 u). fold k0 in Hk1.
  apply idle_rule with (N := N) (y := fun k => if (k =? k0)%nat then th k + 1 else th k); [exact HL| |].
  - exists k0. rewrite Nat.eqb_refl. split; [|lra].
    unfold params. rewrite size_app. simpl. fold m. lia.
  - apply idle_move_before; [intros k Hk; destruct (Nat.eqb_spec k k0); [lia|reflexivity]|].
    fold m. simpl. split.
    + intros u' Hu' Hl. assert (u' <> u).
      { intros ->. revert Hl. apply zero_outgoing_not_live. exact Hout. }
      assert (Hne : forall j, (j < m + b2n b)%nat -> didx (size n l1) m d j u' <> k0).
      { intros j Hj e. destruct (didx_inj (size n l1) m d b j u' 0 u Hj Hu' Hin Hu e). contradiction. }
      unfold didx in Hne. split; [intros j Hj|intros ->]; unfold shift.
      * specialize (Hne j ltac:(lia)). destruct (Nat.ltb_spec j m); [|lia].
        destruct (Nat.eqb_spec (size n l1 + (u' * m + j)) k0); [contradiction|reflexivity].
      * specialize (Hne m ltac:(simpl; lia)). rewrite Nat.ltb_irrefl in Hne.
        destruct (Nat.eqb_spec (size n l1 + (d * m + u')) k0); [contradiction|reflexivity].
    + apply same_outside_idle. intros k Hk. unfold shift.
      destruct (Nat.eqb_spec (size n l1 + (dsize m d b + k)) k0); [lia|reflexivity].
Qed.
