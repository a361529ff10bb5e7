<powershell>
$name = 'it''s'
Write-Output "größer $name"
& "$env:ProgramFiles\Amazon\EKS\Start-EKSBootstrap.ps1" -EKSClusterName 'dev' -APIServerEndpoint 'https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com' -Base64ClusterCA 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t' -ServiceCIDR '172.20.0.0/16' -KubeletExtraArgs '--node-labels=example.com/team=data,tier=db --register-with-taints=dedicated=db:NoSchedule,dedicated=db:NoExecute,spot:PreferNoSchedule --max-pods=20 --container-log-max-files=5 --container-log-max-size=50Mi --cpu-manager-policy=static --eviction-hard=memory.available<500Mi,nodefs.available<10% --image-gc-high-threshold=85 --image-gc-low-threshold=80 --kube-reserved=cpu=80m,ephemeral-storage=1Gi --memory-manager-policy=None --pod-max-pids=4096 --registry-burst=20 --registry-qps=0 --serialize-image-pulls=true --system-reserved=cpu=100m,memory=200Mi --topology-manager-policy=single-numa-node --topology-manager-scope=pod'
</powershell>
