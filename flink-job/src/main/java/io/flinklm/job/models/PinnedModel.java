package io.flinklm.job.models;

import io.flinklm.predict.LoadedModel.Frame;
import java.io.Serializable;

/**
 * A model that answers prompts in place of the one that is trained.
 *
 * @param frame shape and vocabulary
 * @param weights of it
 */
public record PinnedModel(Frame frame, TrainedModel weights) implements Serializable {}
