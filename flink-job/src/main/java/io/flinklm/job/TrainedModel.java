package io.flinklm.job;

import java.io.Serializable;

/**
 * The weights of a language model after a step, on their way out of the job, or into it.
 *
 * @param step after which they were taken
 * @param sha256 over the values of all parameters
 * @param safetensors the parameters by their PyTorch names, as a safetensors file
 */
public record TrainedModel(long step, String sha256, byte[] safetensors) implements Serializable {}
