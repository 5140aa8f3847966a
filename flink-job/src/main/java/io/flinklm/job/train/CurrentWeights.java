package io.flinklm.job.train;

import io.flinklm.train.Report;
import io.flinklm.train.Trainer;

/** The weights of a training as they are now, for whoever sends them out of it. */
interface CurrentWeights {

  /** Steps done. */
  long step();

  /** A safetensors file of them for whoever answers prompts. */
  byte[] forAnswers();

  /** A safetensors file of them with all names that PyTorch has. */
  byte[] safetensors();

  /** SHA-256 over their values. */
  String sha256();

  /** How the training stands. */
  Report.Standing standing(String weightsSha256);

  /** Those of the one trainer. */
  static CurrentWeights of(Trainer trainer) {
    return new CurrentWeights() {
      @Override
      public long step() {
        return trainer.weights().step();
      }

      @Override
      public byte[] forAnswers() {
        return trainer.weights().toSafetensorsOnce();
      }

      @Override
      public byte[] safetensors() {
        return trainer.weights().toSafetensors();
      }

      @Override
      public String sha256() {
        return trainer.weights().sha256();
      }

      @Override
      public Report.Standing standing(String weightsSha256) {
        return trainer.standing(weightsSha256);
      }
    };
  }
}
