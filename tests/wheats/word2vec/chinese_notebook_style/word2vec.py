# -*- coding: utf-8 -*-
"""作业二：word2vec（由笔记本导出）"""
import os, sys, random, math
import numpy as np
from utils.gradcheck import gradcheck_naive, grad_tests_softmax, grad_tests_negsamp
from utils.utils import normalizeRows, softmax
from utils.treebank import StanfordSentiment

np.random.seed(42)
random.seed(42)
print("numpy 版本：", np.__version__)


# %% 1. sigmoid
def sigmoid(x):
    # 分正负两种情况，避免溢出
    x = np.asarray(x, dtype=np.float64)
    正 = 1.0 / (1.0 + np.exp(-np.abs(x)))
    return np.where(x >= 0, 正, 1.0 - 正)

print("sigmoid(0) =", sigmoid(0))


# %% 2. 朴素 softmax
def naiveSoftmaxLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset):
    v_c = centerWordVec.reshape(1, -1)            # (1, d)
    得分 = v_c.dot(outsideVectors.T)              # (1, V)
    y_hat = softmax(得分)                         # 给的 softmax 按行归一化
    loss = -math.log(y_hat[0, outsideWordIdx])
    误差 = y_hat.copy()
    误差[0, outsideWordIdx] -= 1.0
    gradCenterVec = 误差.dot(outsideVectors)      # (1, d)
    gradOutsideVecs = 误差.T.dot(v_c)             # (V, d)
    return loss, gradCenterVec, gradOutsideVecs


# %% 3. 负采样
def getNegativeSamples(outsideWordIdx, dataset, K):
    结果 = []
    while len(结果) < K:
        i = dataset.sampleTokenIdx()
        if i == outsideWordIdx:
            continue
        结果.append(i)
    return 结果


def negSamplingLossAndGradient(centerWordVec, outsideWordIdx, outsideVectors, dataset, K=10):
    negSampleWordIndices = getNegativeSamples(outsideWordIdx, dataset, K)
    indices = [outsideWordIdx] + negSampleWordIndices
    o = outsideWordIdx
    u_o = outsideVectors[o]
    s = sigmoid(u_o.dot(centerWordVec))
    loss = -np.log(s)
    gradCenterVec = (s - 1) * u_o
    gradOutsideVecs = np.zeros_like(outsideVectors)
    gradOutsideVecs[o] = (s - 1) * centerWordVec
    # 同一个词被抽到多次，就要算多次
    去重, 次数 = np.unique(negSampleWordIndices, return_counts=True)
    for k, n in zip(去重, 次数):
        s_k = sigmoid(-outsideVectors[k].dot(centerWordVec))
        loss = loss - n * np.log(s_k)
        gradCenterVec = gradCenterVec + n * (1 - s_k) * outsideVectors[k]
        gradOutsideVecs[k] = n * (1 - s_k) * centerWordVec
    return loss, gradCenterVec, gradOutsideVecs


# %% 4. skip-gram
def skipgram(currentCenterWord, windowSize, outsideWords, word2Ind,
             centerWordVectors, outsideVectors, dataset,
             word2vecLossAndGradient=naiveSoftmaxLossAndGradient):
    loss = 0.0
    gradCenterVecs = np.zeros(centerWordVectors.shape)
    gradOutsideVectors = np.zeros(outsideVectors.shape)
    c = word2Ind[currentCenterWord]
    # 只支持作业里的两种损失
    if word2vecLossAndGradient == negSamplingLossAndGradient:
        损失函数 = negSamplingLossAndGradient
    else:
        损失函数 = naiveSoftmaxLossAndGradient
    for w in outsideWords:
        l, gc, go = 损失函数(centerWordVectors[c], word2Ind[w], outsideVectors, dataset)
        loss += l
        gradCenterVecs[c] += np.squeeze(gc)
        gradOutsideVectors += go
    return loss, gradCenterVecs, gradOutsideVectors


# %% 5. 自测
def getDummyObjects():
    dataset = type('dummy', (), {})()
    dataset.sampleTokenIdx = lambda: random.randint(0, 4)
    dataset.getRandomContext = lambda C: (random.choice('abcde'), [random.choice('abcde') for _ in range(2 * C)])
    return dataset, normalizeRows(np.random.randn(10, 3)), dict(zip('abcde', range(5)))

dataset, dummy_vectors, dummy_tokens = getDummyObjects()
print(naiveSoftmaxLossAndGradient(np.random.randn(3), 1, dummy_vectors[:5], dataset))
print(negSamplingLossAndGradient(np.random.randn(3), 1, dummy_vectors[:5], dataset))
gradcheck_naive(lambda v: naiveSoftmaxLossAndGradient(v, 1, dummy_vectors[:5], dataset)[:2], np.random.randn(3), "v_c")
