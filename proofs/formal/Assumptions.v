(* What the main theorems assume. Nothing may appear but the names in assumptions.txt: those of Coq's classical real numbers, functional extensionality
   (functions equal everywhere are equal), and excluded middle. In particular no primitive floats or integers, and no statement of this development without
   a proof. Names are printed in full, as nothing is imported here. One command for all theorems together, as each goes through all proofs below it. *)
From Exactland Require
  Basins Basins Basins RankRule RankRule RankRule Derivatives Derivatives ConvexLosses ConvexLosses ConvexLosses ConvexLosses ConvexLosses ConvexLosses
  WideTheorem ConvexLosses ConvexLosses ConvexLosses Potentials ConvexLosses StrictMinimum StrictMinimum StrictMinimum StrictMinimum StrictMinimum
  Squares Squares Dominance Certificate StrictMinimum ExactMinimum ExactMinimum ExactMinimum ExactMinimum ExactMinimum ExactMinimum Rim NoMinimum Enclosures Certified
  Certified Exact Exact Exact Exact Exact Exact Exact Exact Exact Homogeneous Networks Networks PointwiseRank Paths Paths Paths Paths Paths Paths
  OneMoreUnit OneMoreUnit OneMoreUnit OneMoreUnit WideLayer IndependentInputs Deep NoBadValley Shrinking DoubleZeros DoubleZeros DoubleZeros DoubleZeros DoubleZeros DoubleZeros DoubleZeros DoubleZeros
  ExponentialSums ExponentialSums ExponentialSums ExponentialSums ExponentialSums CertificateExample CertificateExample.

Definition everything := (
  (* Setting and words *)
  (@Basins.basin_euclidean, @Basins.strict_min_euclidean, @Basins.strict_min_basin, @RankRule.one_point_basin_strict, @RankRule.basin_value,
   @RankRule.suboptimal_value),
  (* Derivatives *)
  (@Derivatives.derived_loss, @Derivatives.losses_regular, @ConvexLosses.cross_entropy_convex, @ConvexLosses.multinomial_convex,
   @ConvexLosses.logistic_convex, @ConvexLosses.cross_entropy_nonneg, @ConvexLosses.multinomial_nonneg, @ConvexLosses.logistic_nonneg,
   @WideTheorem.hse_convex, @ConvexLosses.cross_entropy_subgradient, @ConvexLosses.multinomial_subgradient, @ConvexLosses.logistic_subgradient,
   @Potentials.hse_subgradient, @ConvexLosses.cross_entropy_no_basin),
  (* 3.1, complete, and its barrier; the hint; for networks *)
  (@StrictMinimum.rule31, @StrictMinimum.rule31_barrier, @StrictMinimum.hint, @StrictMinimum.hint_lambda, @StrictMinimum.rule31_preconditioned, @Squares.at_least, @Squares.rule31_by_squares,
   @Dominance.dominant, @Certificate.certificate, @StrictMinimum.claim_within),
  (* 3.1b *)
  (@ExactMinimum.rule31b, @ExactMinimum.curvature_bound, @ExactMinimum.pivotsQ_sound, @ExactMinimum.exact_certificate,
   @ExactMinimum.exact_certificate_rational, @ExactMinimum.rule31b_definite),
  (* 3.2 and claim *)
  (@StrictMinimum.rule32, @StrictMinimum.rule32_basin, @StrictMinimum.rule32_strict, @Rim.rim_suboptimal, @StrictMinimum.claim31,
   @NoMinimum.claim_no_minimum),
  (* 3.1, 3.2 and claim by calculation *)
  (@Certificate.bad_minimum_certificate, @Certificate.bad_minimum_certificate_hse, @Enclosures.certificate_by_enclosures,
   @Certified.sub_optimal_strict_minimum, @Certified.strict_minimum_within),
  (* 3.1b, 3.2, 3.4, 3.4b, 4.1 and 4.1h by calculation over the rationals *)
  (@Exact.exact_strict_minimum, @Exact.exact_strict_minimum_by_hint, @Exact.potential_local_minimum, @Exact.near_by_ok, @Exact.lower_point,
   @Exact.line_no_basin, @Exact.homogeneous_no_basin_at, @Exact.wide_none_bad, @Exact.wide_none, @Deep.last_layer_none_bad,
   @Deep.last_layer_none),
  (* 3.3 *)
  (@Rim.basin_by_rim, @Rim.rim_network, @Rim.cover_bound, @Rim.rim_by_covers, @Rim.plane_bound, @Rim.plane_bound_network, @Rim.plane_bound_2,
   @Rim.taylor_segment),
  (* 3.4 and 3.4b *)
  (@Potentials.rule_3_4, @Potentials.unit_potentials, @Potentials.unit_potentials_hse, @Potentials.flat, @Potentials.definite, @Potentials.midpoints,
   @Potentials.fitted, @Potentials.strict_potentials),
  (* 3.5 *)
  (@NoMinimum.rule35_first, @NoMinimum.rule35_second, @NoMinimum.no_minimum_first, @NoMinimum.no_minimum_second),
  (* 4.1 and 4.1c *)
  (@Basins.line_rule, @RankRule.connected_rule, @RankRule.unbounded_connected_rule, @RankRule.connected_not_strict, @RankRule.kernel_rule_hidden,
   @RankRule.kernel_rule_output, @RankRule.dependent_rule_hidden, @RankRule.dependent_rule_output, @RankRule.few_rows_hidden, @RankRule.few_rows_output,
   @RankRule.idle_rule, @RankRule.zero_outgoing_rule),
  (* 4.1h *)
  (@Homogeneous.homogeneous_no_basin),
  (* 4.2 *)
  (@Networks.wide_network, @Networks.wide_network_none, @WideTheorem.wide_hse, @WideTheorem.wide_strict, @PointwiseRank.wide_no_strict,
   @ConvexLosses.wide_cross_entropy, @ConvexLosses.wide_multinomial, @ConvexLosses.wide_logistic),
  (* 4.3 *)
  (@PointwiseRank.minor_no_bad_basin, @PointwiseRank.reaches_all_segment, @PointwiseRank.minor_attains_infimum,
   @PointwiseRank.independent_rows_no_bad_basin, @PointwiseRank.invertible_by_approximate_inverse),
  (* 4.4 *)
  (@Paths.path_below, @Paths.path_escape, @Paths.path_to_infimum, @Paths.path_no_bad_basin, @Paths.convex_hidden_not_local_min,
   @Paths.convex_output_not_local_min),
  (* 4.5 *)
  (@OneMoreUnit.one_more_unit_rule, @OneMoreUnit.one_more_unit_segment, @OneMoreUnit.one_more_unit_fits, @OneMoreUnit.one_more_unit_no_bad_basin),
  (* 4.6 *)
  (@WideLayer.wide_layer, @WideLayer.wide_layer_samples, @WideLayer.wide_layer_rows, @WideLayer.wide_layer_identities, @WideLayer.echelon_independent,
   @WideLayer.wide_layer_not_strict, @WideLayer.wide_layer_block, @Deep.wide_layer_none, @Deep.wide_layer_none_bad, @Deep.piecewise_continuity,
   @Deep.gelu_continuity, @Deep.elu_continuity, @Deep.selu_continuity, @Deep.softsign_continuity),
  (* 4.7 *)
  (@IndependentInputs.dependent_inputs, @IndependentInputs.independent_inputs, @IndependentInputs.independent_inputs_shrinks,
   @IndependentInputs.monotone_shrinks_locally, @IndependentInputs.dip_shrinks_locally, @IndependentInputs.extremum_shrinks_locally,
   @IndependentInputs.sigmoid_shrinks_locally, @IndependentInputs.tanh_shrinks_locally, @IndependentInputs.softplus_shrinks_locally,
   @IndependentInputs.exp_shrinks_locally, @IndependentInputs.atan_shrinks_locally, @IndependentInputs.identity_shrinks_locally,
   @IndependentInputs.sin_shrinks_locally, @Shrinking.swish_dip, @Shrinking.mish_dip, @Shrinking.gelu_dip, @Shrinking.gauss_half,
   @Shrinking.piecewise_shrinks_locally, @Shrinking.elu_shrinks_locally, @Shrinking.selu_shrinks_locally, @Shrinking.softsign_shrinks_locally,
   @Shrinking.gelu_shrinks_locally, @Shrinking.swish_shrinks_locally, @Shrinking.mish_shrinks_locally, @Deep.independent_inputs_none,
   @Deep.dependent_inputs_none),
  (* 4.8 and 4.8p *)
  (@NoBadValley.one_hidden_layer, @NoBadValley.one_hidden_layer_no_bad_valley, @NoBadValley.dense_rank_no_bad_valley,
   @NoBadValley.one_layer_no_bad_valley, @NoBadValley.independent_inputs_no_bad_valley, @NoBadValley.lifting, @NoBadValley.columns_dense,
   @NoBadValley.reach_full_rank, @NoBadValley.merged_loss, @NoBadValley.hse_continuous, @NoBadValley.logistic_continuous,
   @NoBadValley.cross_entropy_continuous, @NoBadValley.multinomial_continuous, @NoBadValley.no_bad_valley_component,
   @NoBadValley.no_bad_valley_no_bad_basin, @NoBadValley.one_hidden_layer_by_count),
  (* Constructions A and F *)
  (@DoubleZeros.double_zeros_strict, @DoubleZeros.double_zeros_bad_basin, @DoubleZeros.copies, @DoubleZeros.not_global_large_t,
   @DoubleZeros.not_global_small_v, @DoubleZeros.double_zeros_bad_basin_small_v, @DoubleZeros.copies_not_global, @DoubleZeros.copies_in_no_basin),
  (* Walls *)
  (@ExponentialSums.wall_common, @ExponentialSums.exponential_wall, @DoubleZeros.exponential_wall_sharp, @ExponentialSums.odd_wall,
   @ExponentialSums.erf_wall, @ExponentialSums.arctan_wall),
  (* Examples, by the interval tactic *)
  (@CertificateExample.bad_minimum_by_calculation, @CertificateExample.cubic_exact)).
Print Assumptions everything.
