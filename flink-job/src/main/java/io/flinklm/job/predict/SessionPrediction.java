package io.flinklm.job.predict;

import io.flinklm.predict.Prediction;

/**
 * A prediction on its way to whoever asked.
 *
 * @param session key of the prompt's record; null if it had none
 * @param prediction the answer
 */
public record SessionPrediction(byte[] session, Prediction prediction) {}
