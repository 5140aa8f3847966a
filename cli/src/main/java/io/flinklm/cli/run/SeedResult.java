package io.flinklm.cli.run;

import io.flinklm.cli.chart.Curve;

/**
 * What training a model with one seed came to.
 *
 * @param model name of the model
 * @param seed of every random number
 * @param steps optimizer updates
 * @param accuracy of the last validation
 * @param validLoss of the last validation, in nats
 * @param seconds wall time of the training
 * @param weightsSha256 of the weights at the end
 * @param accuracies of all validations
 */
public record SeedResult(
    String model,
    long seed,
    long steps,
    double accuracy,
    double validLoss,
    double seconds,
    String weightsSha256,
    Curve accuracies) {}
