package io.flinklm.local;

import picocli.CommandLine.Command;

/** {@code flink-lm bench}. */
@Command(
    name = "bench",
    description = "Measure how fast it is, always as ratios within one run.",
    subcommands = {CheckpointCostCommand.class, PredictionCostCommand.class},
    synopsisSubcommandLabel = "PART")
final class BenchCommand {}
