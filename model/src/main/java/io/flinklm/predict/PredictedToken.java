package io.flinklm.predict;

/**
 * A token of a {@link Prediction}.
 *
 * @param token as in the vocabulary
 * @param probability that the model gave it, before temperature and top k
 */
public record PredictedToken(String token, double probability) {}
