package io.flinklm.job.models;

/**
 * A model that was written where no reader looks, and waits for its checkpoint to be complete.
 *
 * @param name of its directory within the directory of models
 * @param step of its weights
 * @param lineage of its training
 * @param validLoss of its weights on the validation text; NaN if they were not evaluated
 */
record Aside(String name, long step, Lineage lineage, double validLoss) {}
