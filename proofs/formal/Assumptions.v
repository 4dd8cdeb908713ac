(* What the main theorems assume: `Print Assumptions` rule by rule, for the theorems of a rule together. Nothing may appear but the names in assumptions.txt:
   those of Coq's classical real numbers, functional extensionality (functions equal everywhere are equal), and excluded middle. In particular no primitive
   floats or integers, and no statement of this development without a proof. Names are printed in full, as nothing is imported here. *)
From Exactland Require Basins Networks WideTheorem StrictMinimum Derivatives Certificate ExactMinimum Enclosures NoMinimum Potentials ExponentialSums Rim
  DoubleZeros Dominance Certified Exact CertificateExample RankRule Homogeneous PointwiseRank Paths OneMoreUnit.

(* Setting and words *)
Definition words := (@Basins.basin_euclidean, @Basins.strict_min_euclidean, @Basins.strict_min_basin, @RankRule.one_point_basin_strict, @RankRule.basin_value,
  @RankRule.suboptimal_value).
Print Assumptions words.
(* Derivatives *)
Definition derivatives := (@Derivatives.derived_loss, @Derivatives.losses_regular).
Print Assumptions derivatives.
(* 3.1, complete, and its barrier; the hint; for networks *)
Definition rule_3_1 := (@StrictMinimum.rule31, @StrictMinimum.rule31_barrier, @StrictMinimum.hint, @StrictMinimum.hint_lambda,
  @StrictMinimum.rule31_preconditioned, @Dominance.dominant, @Certificate.certificate).
Print Assumptions rule_3_1.
(* 3.1b *)
Definition rule_3_1b := (@ExactMinimum.rule31b, @ExactMinimum.curvature_bound, @ExactMinimum.pivotsQ_sound, @ExactMinimum.exact_certificate,
  @ExactMinimum.exact_certificate_rational).
Print Assumptions rule_3_1b.
(* 3.2 and claim *)
Definition rule_3_2 := (@StrictMinimum.rule32, @StrictMinimum.rule32_basin, @StrictMinimum.rule32_strict, @Rim.rim_suboptimal, @StrictMinimum.claim31,
  @NoMinimum.claim_no_minimum).
Print Assumptions rule_3_2.
(* 3.1, 3.2 and claim by calculation *)
Definition by_calculation := (@Certificate.bad_minimum_certificate, @Certificate.bad_minimum_certificate_hse, @Enclosures.certificate_by_enclosures,
  @Certified.sub_optimal_strict_minimum, @Certified.strict_minimum_within).
Print Assumptions by_calculation.
(* 3.1b, 3.2, 3.4, 3.4b, 4.1 and 4.1h by calculation over the rationals *)
Definition over_the_rationals := (@Exact.exact_strict_minimum, @Exact.exact_strict_minimum_by_hint, @Exact.potential_local_minimum,
  @Exact.near_by_ok, @Exact.lower_point, @Exact.line_no_basin, @Exact.homogeneous_no_basin_at).
Print Assumptions over_the_rationals.
(* 3.3 *)
Definition rule_3_3 := (@Rim.basin_by_rim, @Rim.rim_network, @Rim.cover_bound, @Rim.rim_by_covers, @Rim.plane_bound, @Rim.plane_bound_network,
  @Rim.plane_bound_2).
Print Assumptions rule_3_3.
(* 3.4 and 3.4b *)
Definition rule_3_4 := (@Potentials.rule_3_4, @Potentials.unit_potentials, @Potentials.unit_potentials_hse, @Potentials.flat, @Potentials.definite,
  @Potentials.midpoints, @Potentials.fitted, @Potentials.strict_potentials).
Print Assumptions rule_3_4.
(* 3.5 *)
Definition rule_3_5 := (@NoMinimum.rule35_first, @NoMinimum.rule35_second, @NoMinimum.no_minimum_first, @NoMinimum.no_minimum_second).
Print Assumptions rule_3_5.
(* 4.1 and 4.1c *)
Definition rule_4_1 := (@Basins.line_rule, @RankRule.connected_rule, @RankRule.unbounded_connected_rule, @RankRule.connected_not_strict,
  @RankRule.kernel_rule_hidden, @RankRule.kernel_rule_output, @RankRule.dependent_rule_hidden, @RankRule.dependent_rule_output, @RankRule.few_rows_hidden,
  @RankRule.few_rows_output, @RankRule.idle_rule, @RankRule.zero_outgoing_rule).
Print Assumptions rule_4_1.
(* 4.1h *)
Definition rule_4_1h := @Homogeneous.homogeneous_no_basin.
Print Assumptions rule_4_1h.
(* 4.2 *)
Definition rule_4_2 := (@Networks.wide_network, @Networks.wide_network_none, @WideTheorem.wide_hse, @WideTheorem.wide_strict, @PointwiseRank.wide_no_strict).
Print Assumptions rule_4_2.
(* 4.3 *)
Definition rule_4_3 := (@PointwiseRank.minor_no_bad_basin, @PointwiseRank.reaches_all_segment, @PointwiseRank.minor_attains_infimum,
  @PointwiseRank.independent_rows_no_bad_basin, @PointwiseRank.invertible_by_approximate_inverse).
Print Assumptions rule_4_3.
(* 4.4 *)
Definition rule_4_4 := (@Paths.path_below, @Paths.path_escape, @Paths.path_to_infimum, @Paths.path_no_bad_basin, @Paths.convex_hidden_not_local_min,
  @Paths.convex_output_not_local_min).
Print Assumptions rule_4_4.
(* 4.5 *)
Definition rule_4_5 := (@OneMoreUnit.one_more_unit_rule, @OneMoreUnit.one_more_unit_segment, @OneMoreUnit.one_more_unit_fits,
  @OneMoreUnit.one_more_unit_no_bad_basin).
Print Assumptions rule_4_5.
(* Constructions A and F *)
Definition constructions := (@DoubleZeros.double_zeros_strict, @DoubleZeros.double_zeros_bad_basin, @DoubleZeros.copies).
Print Assumptions constructions.
(* Walls *)
Definition walls := (@ExponentialSums.wall_common, @ExponentialSums.exponential_wall, @DoubleZeros.exponential_wall_sharp, @ExponentialSums.odd_wall,
  @ExponentialSums.erf_wall, @ExponentialSums.arctan_wall).
Print Assumptions walls.
(* Examples, by the interval tactic *)
Definition examples := (@CertificateExample.bad_minimum_by_calculation, @CertificateExample.cubic_exact).
Print Assumptions examples.
