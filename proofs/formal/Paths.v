(* Rule 4.4, paths down.

   - A path is a start p0 and a list of further points, joined by segments; along p0 ps f says that f holds of every segment; on_path p0 ps x, that x is on it.
   - Reasons for a segment (segment): kernel, idle, convex, slope, and small. Each is shown sound: E is constant, or never above its value at the segment's
     start, or never above E p0 + eta. Hence rule 4.4: E <= E p0 + eta on the whole path (path_below).
   - convex: one layer moves, the output layer or a hidden one; then every unit from there on stays in one affine piece of its activation, at every sample:
     affine_between says that an activation agrees with an affine function between the two pre-activations, so it may be any function elsewhere. For a
     continuous piecewise-linear one this is that no breakpoint lies strictly between, which is what the kernel checks (no_breakpoint_affine).
   - slope: E has along the segment a derivative that is negative (at most 0 suffices); the kernel's check of the gradient on a box implies that.
   - small: E <= E p0 + eta on the segment; the kernel checks it on the box the two points span.
   - Balls and formal numbers, by which the kernel checks the hypotheses, are not formalised here. *)
Require Import Reals Lra Lia PeanoNat List Bool FunctionalExtensionality.
From Exactland Require Import Sums Basins Blocks Networks WideTheorem RankRule PointwiseRank.
Import ListNotations.
Open Scope R_scope.

(* ---------- paths for any loss ---------- *)
Fixpoint along (p0 : vec) (ps : list vec) (f : vec -> vec -> Prop) : Prop :=
  match ps with [] => True | p1 :: r => f p0 p1 /\ along p1 r f end.
(* x is a point of the path: the start, or on one of the segments *)
Fixpoint on_path (p0 : vec) (ps : list vec) (x : vec) : Prop :=
  x = p0 \/ match ps with [] => False | p1 :: r => (exists t, 0 <= t <= 1 /\ x = line p0 (minus p1 p0) t) \/ on_path p1 r x end.
Fixpoint endpoint (p0 : vec) (ps : list vec) : vec := match ps with [] => p0 | p1 :: r => endpoint p1 r end.

Lemma endpoint_cons p0 p1 r : endpoint p0 (p1 :: r) = endpoint p1 r.
Proof. reflexivity. Qed.
Lemma endpoint_on_path ps : forall p0, on_path p0 ps (endpoint p0 ps).
Proof.
  induction ps as [|p1 r IH]; intros p0; [left; reflexivity|]. right. right. rewrite endpoint_cons. apply IH.
Qed.

(* On a segment E is never above its value at the start, or never above the bound M. *)
Definition falls_or_below (E : vec -> R) (M : R) (x y : vec) : Prop :=
  forall t, 0 <= t <= 1 -> E (line x (minus y x) t) <= E x \/ E (line x (minus y x) t) <= M.

(* Rule 4.4, the statement: then E is at most M on the path if it is at the start. *)
Theorem path_bounded E M ps : forall p0, E p0 <= M -> along p0 ps (falls_or_below E M) -> forall x, on_path p0 ps x -> E x <= M.
Proof.
  induction ps as [|p1 r IH]; intros p0 H0 Ha x Hx; simpl in *.
  - destruct Hx as [->|[]]. exact H0.
  - destruct Ha as [Hseg Hr]. destruct Hx as [->|[[t [Ht ->]]|Hx]]; [exact H0| |].
    + destruct (Hseg t Ht); lra.
    + apply (IH p1); [|exact Hr|exact Hx]. destruct (Hseg 1 ltac:(lra)) as [H1|H1]; rewrite line_end in H1; lra.
Qed.

(* A path on which E is never above E x0, x0 in the basin S, and which starts in S, does not leave S. *)
Lemma path_stays P E S x0 ps : forall p0, basin P E S -> S x0 -> S p0 -> (forall x, on_path p0 ps x -> E x <= E x0) -> ~ ~ S (endpoint p0 ps).
Proof.
  induction ps as [|p1 r IH]; intros p0 HB Sx0 Sp0 HE; [intros Hn; apply Hn, Sp0|].
  rewrite endpoint_cons. intros Hn.
  assert (Sp1 : ~ ~ S p1).
  { intros Sp1. apply (no_escape_curve P E S x0 (line p0 (minus p1 p0)) HB); try assumption.
    - apply line_curve.
    - rewrite line_start. exact Sp0.
    - rewrite line_end. exact Sp1.
    - intros t Ht. apply HE. right. left. exists t. split; [exact Ht|reflexivity]. }
  apply Sp1. intros Sp1'. apply (IH p1 HB Sx0 Sp1'); [|exact Hn].
  intros x Hx. apply HE. right. right. exact Hx.
Qed.

(* an escape: a path from p0 on which E is never above E p0, to the given loss or lower; to the infimum: for every value E u, one to E u or lower *)
Definition escape (E : vec -> R) (p0 : vec) (bound : R) : Prop := exists ps, (forall x, on_path p0 ps x -> E x <= E p0) /\ E (endpoint p0 ps) <= bound.
Definition escape_to_infimum (E : vec -> R) (p0 : vec) : Prop := forall u, escape E p0 (E u).

(* An escape to the infimum shows that p0 lies in no sub-optimal basin. Kernel: path, at_end. *)
Theorem escape_no_bad_basin P E p0 : escape_to_infimum E p0 -> forall S, basin P E S -> suboptimal E S -> ~ S p0.
Proof.
  intros Hesc S HB [u Hu] Sp0. destruct (Hesc u) as [ps [HE Hend]].
  apply (path_stays P E S p0 ps p0 HB Sp0 Sp0 HE). intros Send.
  generalize (Hu _ Send). lra.
Qed.
(* An escape to an explicit loss: a basin that contains p0 has a point with that loss or a lower one (said with a double negation). *)
Theorem escape_lower_point P E p0 bound : escape E p0 bound -> forall S, basin P E S -> S p0 -> ~ forall x, S x -> bound < E x.
Proof.
  intros [ps [HE Hend]] S HB Sp0 Hb. apply (path_stays P E S p0 ps p0 HB Sp0 Sp0 HE).
  intros Send. generalize (Hb _ Send). lra.
Qed.
(* A path on which E is never above E p0, continued by another of its end. *)
Lemma on_path_app ps : forall p0 qs x, on_path p0 (ps ++ qs) x -> on_path p0 ps x \/ on_path (endpoint p0 ps) qs x.
Proof.
  induction ps as [|p1 r IH]; intros p0 qs x Hx; [right; exact Hx|].
  rewrite endpoint_cons. simpl in Hx. destruct Hx as [->|[Ht|Hx]].
  - left. left. reflexivity.
  - left. right. left. exact Ht.
  - destruct (IH p1 qs x Hx) as [H|H]; [left; right; right; exact H|right; exact H].
Qed.
Lemma endpoint_app ps : forall p0 qs, endpoint p0 (ps ++ qs) = endpoint (endpoint p0 ps) qs.
Proof. induction ps as [|p1 r IH]; intros p0 qs; [reflexivity|]. simpl app. rewrite !endpoint_cons. apply IH. Qed.
Theorem escape_continued E p0 ps : (forall x, on_path p0 ps x -> E x <= E p0) -> escape_to_infimum E (endpoint p0 ps) -> escape_to_infimum E p0.
Proof.
  intros HE Hesc u. destruct (Hesc u) as [qs [HE' Hend]]. assert (Hlast := HE _ (endpoint_on_path ps p0)).
  exists (ps ++ qs). rewrite endpoint_app. split; [|exact Hend].
  intros x Hx. destruct (on_path_app ps p0 qs x Hx) as [H|H]; [apply HE, H|]. generalize (HE' x H). lra.
Qed.

(* ---------- slope ---------- *)
Definition slopes_down (E : vec -> R) (x y : vec) : Prop := exists g : R -> R,
  forall t, 0 <= t <= 1 -> derivable_pt_lim (fun s => E (line x (minus y x) s)) t (g t) /\ g t <= 0.
Lemma slopes_down_falls E x y : slopes_down E x y -> forall t, 0 <= t <= 1 -> E (line x (minus y x) t) <= E x.
Proof.
  intros [g Hg] t Ht. destruct (Req_dec t 0) as [->|ne]; [rewrite line_start; lra|].
  destruct (MVT_cor2 (fun s => E (line x (minus y x) s)) g 0 t) as [s [Hs Hin]]; [lra|intros s Hs; apply Hg; lra|].
  cbv beta in Hs. rewrite line_start in Hs. destruct (Hg s ltac:(lra)) as [_ Hle]. nra.
Qed.

(* ---------- convex: outputs affine along the segment ---------- *)
(* s agrees with an affine function between z and z' *)
Definition affine_between (s : R -> R) (z z' : R) : Prop :=
  exists a c, forall t, 0 <= t <= 1 -> s ((1 - t) * z + t * z') = a * ((1 - t) * z + t * z') + c.
Lemma affine_between_interpolates s z z' t : affine_between s z z' -> 0 <= t <= 1 -> s ((1 - t) * z + t * z') = (1 - t) * s z + t * s z'.
Proof.
  intros [a [c H]] Ht. rewrite H by exact Ht.
  assert (H0 := H 0 ltac:(lra)). assert (H1 := H 1 ltac:(lra)).
  replace ((1 - 0) * z + 0 * z') with z in H0 by ring. replace ((1 - 1) * z + 1 * z') with z' in H1 by ring.
  rewrite H0, H1. ring.
Qed.
(* what the kernel checks: a closed piece [lo, hi] on which s is affine contains both *)
Lemma no_breakpoint_affine (s : R -> R) lo hi a c z z' : (forall x, lo <= x <= hi -> s x = a * x + c) ->
  lo <= z <= hi -> lo <= z' <= hi -> affine_between s z z'.
Proof. intros Hs Hz Hz'. exists a, c. intros t Ht. apply Hs. split; nra. Qed.

Lemma dense_affine_inputs n d b th x x' t u :
  dense n d b th (fun j => (1 - t) * x j + t * x' j) u = (1 - t) * dense n d b th x u + t * dense n d b th x' u.
Proof.
  unfold dense.
  assert (e : sum n (fun j => ((1 - t) * x j + t * x' j) * th (u * n + j)%nat)
    = (1 - t) * sum n (fun j => x j * th (u * n + j)%nat) + t * sum n (fun j => x' j * th (u * n + j)%nat)).
  { rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros. ring. }
  rewrite e. destruct b; ring.
Qed.
Lemma dense_affine_weights n d b th th' x t u :
  dense n d b (line th (minus th' th) t) x u = (1 - t) * dense n d b th x u + t * dense n d b th' x u.
Proof.
  unfold dense, line, minus.
  assert (e : sum n (fun j => x j * (th (u * n + j)%nat + t * (th' (u * n + j)%nat - th (u * n + j)%nat)))
    = (1 - t) * sum n (fun j => x j * th (u * n + j)%nat) + t * sum n (fun j => x j * th' (u * n + j)%nat)).
  { rewrite <- !sum_scal, <- sum_plus. apply sum_ext. intros. ring. }
  rewrite e. destruct b; ring.
Qed.

(* At inputs f for the parameters th and f' for th', every unit of the layers ls stays in one affine piece. *)
Fixpoint one_piece (n : nat) (ls : list layer) (th th' : vec) (f f' : nat -> R) : Prop :=
  match ls with
  | [] => True
  | (d, b, s) :: r => (forall u, (u < d)%nat -> affine_between (s u) (dense n d b th f u) (dense n d b th' f' u)) /\
      one_piece d r (shift (dsize n d b) th) (shift (dsize n d b) th') (fun u => s u (dense n d b th f u)) (fun u => s u (dense n d b th' f' u))
  end.

(* layers that do not move, inputs that move on a segment *)
Lemma still_network ls : forall n q bo th th' f f' g t, (forall k, (k < params n ls q bo)%nat -> th k = th' k) -> 0 <= t <= 1 ->
  one_piece n ls th th' f f' -> (forall j, (j < n)%nat -> g j = (1 - t) * f j + t * f' j) ->
  forall c, (c < q)%nat -> net n ls q bo th g c = (1 - t) * net n ls q bo th f c + t * net n ls q bo th' f' c.
Proof.
  induction ls as [|[[d b] s] r IH]; intros n q bo th th' f f' g t Hth Ht Hp Hg c Hc.
  - assert (e : net n [] q bo th' f' c = net n [] q bo th f' c) by (symmetry; apply net_ext; assumption).
    rewrite e. unfold net. simpl. rewrite <- dense_affine_inputs. apply dense_ext; [exact Hc|reflexivity|exact Hg].
  - destruct Hp as [Hp Hr].
    assert (Hstep : forall w x, net n ((d, b, s) :: r) q bo w x = net d r q bo (shift (dsize n d b) w) (fun u => s u (dense n d b w x u))).
    { intros w x. unfold net. simpl. rewrite shift_shift. reflexivity. }
    rewrite !Hstep. apply IH; [|exact Ht|exact Hr| |exact Hc].
    + intros k Hk. unfold shift. apply Hth. unfold params in *. simpl. lia.
    + intros u Hu. rewrite <- affine_between_interpolates by (try exact Ht; apply Hp, Hu). f_equal.
      assert (e : dense n d b th' f' u = dense n d b th f' u).
      { apply dense_ext; [exact Hu| |reflexivity]. intros k Hk. symmetry. apply Hth. unfold params. simpl. lia. }
      rewrite e, <- dense_affine_inputs. apply dense_ext; [exact Hu|reflexivity|exact Hg].
Qed.

Section Convex.
Variables (n : nat) (l1 : list layer) (d : nat) (b : bool) (s : nat -> R -> R) (l2 : list layer)
  (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Hypothesis L_convex : convex L.
Let ls := l1 ++ (d, b, s) :: l2.
Let P := params n ls q bo.
Let E := loss n ls q bo X L.
Let m := width n l1.
Let off := size n l1.

(* The hidden layer (d, b, s) moves from x to y; it and the layers l2 after it stay in one piece each, at every sample. *)
Definition stays_in_pieces (x y : vec) : Prop := forall i, (i < N)%nat ->
  one_piece (width n l1) ((d, b, s) :: l2) (shift (size n l1) x) (shift (size n l1) y) (feat n l1 x (X i)) (feat n l1 y (X i)).

Lemma moving_layer_affine x y : differ_hidden n l1 d b s l2 q bo x y -> stays_in_pieces x y -> affine_outputs n ls q bo N X x y.
Proof.
  intros Hxy Hp t i c Ht Hi Hc. specialize (Hp i Hi). simpl in Hp. fold m off in Hp. destruct Hp as [Hp Hr].
  assert (HP : P = (off + dsize m d b + params d l2 q bo)%nat).
  { unfold P, params, ls. rewrite size_app, width_app. simpl. fold m off. lia. }
  assert (Hline : differ_hidden n l1 d b s l2 q bo x (line x (minus y x) t)).
  { intros k Hk Hout. unfold line, minus. rewrite <- (Hxy k Hk Hout). ring. }
  assert (Hbefore : forall z j, differ_hidden n l1 d b s l2 q bo x z -> (j < m)%nat -> feat n l1 z (X i) j = feat n l1 x (X i) j).
  { intros z j Hz Hj. symmetry. apply feat_ext; [|reflexivity|exact Hj]. intros k Hk.
    apply agree_before with (k := k) in Hz; [exact Hz|fold ls P off; lia|exact Hk]. }
  assert (Hafter : forall z k, differ_hidden n l1 d b s l2 q bo x z -> (k < params d l2 q bo)%nat ->
     shift (off + dsize m d b) x k = shift (off + dsize m d b) z k).
  { intros z k Hz Hk. unfold shift. apply agree_after with (b := b) (1 := Hz); fold m off ls P; lia. }
  assert (Hnet : forall w, net n ls q bo w (X i) =
     net d l2 q bo (shift (off + dsize m d b) w) (fun u => s u (dense m d b (shift off w) (feat n l1 w (X i)) u))).
  { intros w. unfold net, ls. rewrite feat_app, width_app, size_app. simpl. fold m off. rewrite !shift_shift, Nat.add_assoc. reflexivity. }
  rewrite !Hnet. rewrite !shift_shift in Hr.
  rewrite (net_ext d l2 q bo (shift (off + dsize m d b) (line x (minus y x) t)) (shift (off + dsize m d b) x)) by
    (try exact Hc; intros k Hk; symmetry; apply Hafter; assumption).
  apply still_network; [intros k Hk; apply Hafter; assumption|exact Ht|exact Hr| |exact Hc].
  intros u Hu. rewrite <- affine_between_interpolates by (try exact Ht; apply Hp, Hu). f_equal.
  assert (e : dense m d b (shift off y) (feat n l1 y (X i)) u = dense m d b (shift off y) (feat n l1 x (X i)) u).
  { apply dense_ext; [exact Hu|reflexivity|]. intros j Hj. apply Hbefore; assumption. }
  rewrite e, <- dense_affine_weights. apply dense_ext; [exact Hu|reflexivity|]. intros j Hj. apply Hbefore; assumption.
Qed.
End Convex.

(* ---------- the reasons ---------- *)
Section Reasons.
Variables (n : nat) (ls : list layer) (q : nat) (bo : bool) (N : nat) (X : nat -> nat -> R) (L : (nat -> nat -> R) -> R).
Hypothesis L_local : local N q L.
Hypothesis L_convex : convex L.
Let P := params n ls q bo.
Let E := loss n ls q bo X L.

(* F (y - x) = 0 for the layer with the features F, h entries long, and d units, at off *)
Definition kernel_move (F : nat -> nat -> R) (h d : nat) (idx : nat -> nat -> nat) (x y : vec) : Prop :=
  forall i c, (i < N)%nat -> (c < d)%nat -> mulm h F (block idx (minus y x)) i c = 0.

Inductive segment (p0 : vec) (eta : R) (x y : vec) : Prop :=
| KernelHidden l1 d b s l2 : ls = l1 ++ (d, b, s) :: l2 -> differ_hidden n l1 d b s l2 q bo x y ->
    kernel_move (entering n X l1 x) (width n l1 + b2n b) d (didx (size n l1) (width n l1) d) x y -> segment p0 eta x y
| KernelOutput : differ_output n q bo ls x y ->
    kernel_move (entering n X ls x) (width n ls + b2n bo) q (didx (size n ls) (width n ls) q) x y -> segment p0 eta x y
| Idle : idle_move n ls q bo x y -> segment p0 eta x y
| ConvexHidden l1 d b s l2 : ls = l1 ++ (d, b, s) :: l2 -> differ_hidden n l1 d b s l2 q bo x y -> stays_in_pieces n l1 d b s l2 N X x y ->
    E y <= E x -> segment p0 eta x y
| ConvexOutput : differ_output n q bo ls x y -> E y <= E x -> segment p0 eta x y
| Slope : slopes_down E x y -> segment p0 eta x y
| Small : (forall t, 0 <= t <= 1 -> E (line x (minus y x) t) <= E p0 + eta) -> segment p0 eta x y.

(* Rule 4.4, convex: E lies below its chord. Kernel: path with _convex. *)
Theorem convex_hidden l1 d b s l2 x y : ls = l1 ++ (d, b, s) :: l2 -> differ_hidden n l1 d b s l2 q bo x y ->
  stays_in_pieces n l1 d b s l2 N X x y -> below_chord E x y.
Proof.
  intros e Hxy Hp. apply affine_outputs_below_chord with N; [exact L_local|exact L_convex|].
  rewrite e. apply moving_layer_affine; assumption.
Qed.
Theorem convex_output x y : differ_output n q bo ls x y -> below_chord E x y.
Proof. intros Hxy. apply affine_outputs_below_chord with N; [exact L_local|exact L_convex|]. apply differ_output_affine, Hxy. Qed.

(* every reason is sound *)
Theorem segment_sound p0 eta x y : segment p0 eta x y -> falls_or_below E (E p0 + eta) x y.
Proof.
  intros [l1 d b s l2 e Hxy Hk|Hxy Hk|Hm|l1 d b s l2 e Hxy Hp Hy|Hxy Hy|Hs|Hs] t Ht.
  - left. right. unfold E. rewrite e. apply kernel_line_hidden with N; assumption.
  - left. right. apply kernel_line_output with N; assumption.
  - left. right. apply idle_constant with N; assumption.
  - left. apply below_chord_below_start; [apply (convex_hidden l1 d b s l2)|..]; assumption.
  - left. apply below_chord_below_start; [apply convex_output|..]; assumption.
  - left. apply slopes_down_falls; assumption.
  - right. apply Hs, Ht.
Qed.

(* Rule 4.4: points joined by segments, each with a reason; then E <= E p0 + eta on the whole path. Kernel: path. *)
Theorem path_below p0 ps eta : 0 <= eta -> along p0 ps (segment p0 eta) -> forall x, on_path p0 ps x -> E x <= E p0 + eta.
Proof.
  intros He Ha. apply path_bounded; [lra|].
  assert (H : forall p0' ps', along p0' ps' (segment p0 eta) -> along p0' ps' (falls_or_below E (E p0 + eta))).
  { intros p0' ps'. revert p0'. induction ps' as [|p1 r IH]; intros p0' H; [exact I|].
    destruct H as [H1 H2]. split; [apply segment_sound, H1|apply IH, H2]. }
  apply H, Ha.
Qed.
(* Rule 4.4 with eta = 0: an escape to what the loss is at most at its end. Kernel: path with an explicit end. *)
Theorem path_escape p0 ps bound : along p0 ps (segment p0 0) -> E (endpoint p0 ps) <= bound -> escape E p0 bound.
Proof.
  intros Ha He. exists ps. split; [|exact He]. intros x Hx.
  generalize (path_below p0 ps 0 (Rle_refl 0) Ha x Hx). lra.
Qed.
(* ... to the infimum, when from the last point the last layer reaches every output (4.3), or that point is a global minimum (3.7): then p0 lies in no
   sub-optimal basin. Kernel: path with the end of another step, at_end. *)
Theorem path_to_infimum p0 ps : along p0 ps (segment p0 0) ->
  reaches_all n ls q bo N X (endpoint p0 ps) \/ (forall u, E (endpoint p0 ps) <= E u) -> escape_to_infimum E p0.
Proof.
  intros Ha Hend. apply escape_continued with ps.
  { intros x Hx. generalize (path_below p0 ps 0 (Rle_refl 0) Ha x Hx). lra. }
  intros u. destruct Hend as [Hr|Hmin].
  - destruct (Rle_lt_dec (E u) (E (endpoint p0 ps))) as [Hu|Hu].
    + destruct (reaches_all_segment n ls q bo N X L L_local L_convex _ Hr u Hu) as [y [_ [e Hseg]]].
      exists [y]. split; [|right; exact e]. intros x Hx.
      destruct Hx as [->|[[t [Ht ->]]|[->|[]]]]; [lra|apply Hseg, Ht|unfold E in *; lra].
    + exists []. split; [|left; exact Hu]. intros x [->|[]]. lra.
  - exists []. split; [|apply Hmin]. intros x [->|[]]. lra.
Qed.
Theorem path_no_bad_basin p0 ps : along p0 ps (segment p0 0) ->
  reaches_all n ls q bo N X (endpoint p0 ps) \/ (forall u, E (endpoint p0 ps) <= E u) ->
  forall S, basin P E S -> suboptimal E S -> ~ S p0.
Proof. intros Ha Hend. apply escape_no_bad_basin, (path_to_infimum p0 ps Ha Hend). Qed.

(* If the first reason is convex and E falls strictly, p0 is no local minimum. Kernel: path (no-local-minimum). *)
Theorem convex_hidden_not_local_min l1 d b s l2 x y : ls = l1 ++ (d, b, s) :: l2 -> differ_hidden n l1 d b s l2 q bo x y ->
  stays_in_pieces n l1 d b s l2 N X x y -> E y < E x -> ~ local_min P E x.
Proof. intros e Hxy Hp. apply below_chord_not_local_min, (convex_hidden l1 d b s l2); assumption. Qed.
Theorem convex_output_not_local_min x y : differ_output n q bo ls x y -> E y < E x -> ~ local_min P E x.
Proof. intros Hxy. apply below_chord_not_local_min, convex_output, Hxy. Qed.
End Reasons.
