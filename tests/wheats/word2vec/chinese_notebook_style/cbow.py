# -*- coding: utf-8 -*-
import numpy as np


def cbow(currentCenterWord, windowSize, outsideWords, word2Ind, inputVectors, outputVectors, dataset,
         word2vecLossAndGradient):
    # 上下文词向量取平均，去预测中心词
    idx = [word2Ind[w] for w in outsideWords]
    平均 = np.mean([inputVectors[i] for i in idx], axis=0)
    loss, g, gradOut = word2vecLossAndGradient(平均, word2Ind[currentCenterWord], outputVectors, dataset)
    gradIn = np.zeros_like(inputVectors)
    for i in idx:
        gradIn[i] = gradIn[i] + np.asarray(g).flatten() / len(idx)
    return loss, gradIn, gradOut
