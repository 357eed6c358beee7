// KenLM's rate at what scorer times: `kenlm-scorer ARPA-OR-BINARY SENTENCES`. Reads what scorer wrote, looks the words up first, and says
// how many symbols there are and the best time of several for scoring them all.

#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "lm/model.hh"

int main(int argc, char **argv) {
  if (argc != 3) {
    std::cerr << "usage: kenlm-scorer MODEL SENTENCES\n";
    return 2;
  }
  lm::ngram::ProbingModel model(argv[1]);
  std::vector<std::vector<lm::WordIndex>> sentences;
  std::size_t symbols = 0;
  std::ifstream lines(argv[2]);
  for (std::string line, word; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('\t')));
    sentences.emplace_back();
    while (words >> word) sentences.back().push_back(model.GetVocabulary().Index(word));
    symbols += sentences.back().size();
  }
  double best = 1e9;
  volatile float sink = 0;
  for (int round = 0; round < 7; ++round) {
    const auto begun = std::chrono::steady_clock::now();
    float total = 0;
    for (const auto &sentence : sentences) {
      lm::ngram::State state = model.BeginSentenceState(), next;
      for (const auto word : sentence) {
        total += model.Score(state, word, next);
        state = next;
      }
    }
    sink = total;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (took.count() < best) best = took.count();
  }
  std::cout << symbols << ' ' << best << '\n';
  return sink == 1.0f;
}
