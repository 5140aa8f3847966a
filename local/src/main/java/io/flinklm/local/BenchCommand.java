package io.flinklm.local;

import picocli.CommandLine.Command;

/** {@code flink-lm bench}. */
@Command(
    name = "bench",
    description = "Measure how fast it is, as ratios within one run, and how well it continues.",
    subcommands = {
      CheckpointCostCommand.class,
      PredictionCostCommand.class,
      ContinuationsCommand.class
    },
    synopsisSubcommandLabel = "PART")
final class BenchCommand {}
